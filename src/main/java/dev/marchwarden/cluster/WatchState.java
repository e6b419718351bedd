package dev.marchwarden.cluster;

import java.time.Duration;
import org.slf4j.Logger;

/** The state of a watch: when it last brought word, and what is wrong where it brings none. Written by the feed's thread alone. */
final class WatchState {
    private final Logger log;
    private final String noun;
    private volatile long heardAt = System.nanoTime();
    private volatile boolean watching;
    private volatile String problem = "";

    /** @param noun what is watched, for people */
    WatchState(Logger log, String noun) {
        this.log = log;
        this.noun = noun;
    }

    void listed() {
        heardAt = System.nanoTime();
    }

    void heard() {
        heardAt = System.nanoTime();
        watching = true;
        if (!problem.isEmpty()) {
            problem = "";
            log.info("{}: watched again", noun);
        }
    }

    /** Said once for each new reason, however often it is tried again. */
    void lost(String why) {
        watching = false;
        if (!why.equals(problem)) {
            problem = why;
            log.warn("{}: {}; the known state stays in use, trying again", noun, why);
        }
    }

    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardAt);
    }

    boolean isWatching() {
        return watching;
    }

    /** Empty where there is none. */
    String problem() {
        return problem;
    }

    /** The end of a sentence that says that there is no watch and why; empty where there is one. */
    String lack() {
        return watching ? "" : "; no watch: " + (problem.isEmpty() ? "it starts again" : problem);
    }
}
