package dev.marchwarden.realcluster;

import dev.marchwarden.tools.ToolRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Somebody who does the same over and over again, until told to stop, and keeps count of what comes of it. */
final class Writer implements AutoCloseable {
    private final Thread thread;
    private final Map<String, Integer> outcomes = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private volatile boolean stopped;

    /** Starts at once. */
    Writer(Kubectl kubectl, String... arguments) {
        thread = Thread.ofPlatform().start(() -> {
            while (!stopped) {
                try {
                    count(kubectl.run(arguments));
                } catch (Exception e) {
                    synchronized (failures) {
                        failures.add(String.valueOf(e));
                    }
                    return;
                }
            }
        });
    }

    static Writer applying(Kubectl kubectl, Path manifest) {
        // a command that does not ask what is there first: one request a run
        return new Writer(
                kubectl, "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", manifest.toString());
    }

    private void count(ToolRun run) {
        KubectlAnswer answer = KubectlAnswer.of(run);
        String outcome = answer.decision().equals("failed")
                ? run.err().contains("failed calling webhook") ? "not called" : "failed"
                : answer.decision();
        synchronized (outcomes) {
            outcomes.merge(outcome, 1, Integer::sum);
        }
        if (outcome.equals("failed")) {
            synchronized (failures) {
                failures.add(run.err());
            }
        }
    }

    /** How often it was {@code allowed}, {@code denied} or {@code undecided} by us, or {@code not called}, or {@code failed} otherwise. */
    int count(String outcome) {
        synchronized (outcomes) {
            return outcomes.getOrDefault(outcome, 0);
        }
    }

    /** What it was told where it failed otherwise. */
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public String toString() {
        synchronized (outcomes) {
            return outcomes.toString();
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
