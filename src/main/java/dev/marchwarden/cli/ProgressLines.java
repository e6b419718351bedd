package dev.marchwarden.cli;

import dev.marchwarden.rollout.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Progress as lines, and a line each ten seconds while something is waited for. */
final class ProgressLines implements Progress, AutoCloseable {
    private static final Duration REMIND_EVERY = Duration.ofSeconds(10);
    private static final String INDENT = "        ";

    private record Wait(String what, long since) {}

    private final PrintWriter out;
    private volatile @Nullable Wait wait;
    private final Thread reminder;

    ProgressLines(PrintWriter out) {
        this.out = out;
        this.reminder = Thread.ofVirtual().start(this::remind);
    }

    @Override
    public void begins(int number, int total, String name) {
        wait = null;
        out.println("[%2d/%d] %s".formatted(number, total, name));
    }

    @Override
    public void does(String what) {
        wait = null;
        out.println(INDENT + what);
    }

    @Override
    public void waits(String what) {
        wait = new Wait(what, System.nanoTime());
        out.println(INDENT + "waits for " + what);
    }

    @Override
    public void ends(Duration elapsed, boolean changed) {
        wait = null;
        out.println(INDENT + (changed ? "done" : "unchanged") + ", %.1f s".formatted(elapsed.toMillis() / 1000.0));
    }

    private void remind() {
        try {
            while (true) {
                Thread.sleep(REMIND_EVERY);
                Wait now = wait;
                if (now != null) {
                    long seconds =
                            Duration.ofNanos(System.nanoTime() - now.since()).toSeconds();
                    out.println(INDENT + "waits for " + now.what() + ", " + seconds + " s so far");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        reminder.interrupt();
    }
}
