package dev.marchwarden.realcluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks at a cluster again and again, and does what is to be done, as controllers do. */
final class Reconciler implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** One look, and what follows from it. */
    interface Turn {
        void take() throws Exception;
    }

    private final Turn turn;
    private final Thread thread;
    private volatile @Nullable Exception failure;

    Reconciler(String name, Turn turn) {
        this.turn = turn;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        try {
            while (true) {
                try {
                    turn.take();
                    failure = null;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    failure = e;
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            // it is over
        }
    }

    /** What the last look failed with; null where it did not. */
    @Nullable
    Exception failure() {
        return failure;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
