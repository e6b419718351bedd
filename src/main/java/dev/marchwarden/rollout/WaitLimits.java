package dev.marchwarden.rollout;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * How long to wait for something in a cluster, and how often to look.
 *
 * @param atMost a look is the first thing, even where this is nothing
 * @param every pause between two looks
 */
public record WaitLimits(Duration atMost, Duration every) {
    /** A look. */
    interface Check {
        boolean holds() throws IOException;
    }

    WaitLimits atMost(Duration bound) {
        return atMost.compareTo(bound) < 0 ? this : new WaitLimits(bound, every);
    }

    /** Whether it came true in time. */
    boolean until(Check check) throws IOException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            try {
                Thread.sleep(every);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
        return true;
    }
}
