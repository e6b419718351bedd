package dev.marchwarden.standin;

import java.time.Duration;

/** Waits for something that has to come true soon, and fails if it does not. */
public final class Eventually {
    private static final Duration AT_MOST = Duration.ofSeconds(15);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private Eventually() {}

    public interface Check {
        boolean holds() throws Exception;
    }

    public static void await(String what, Check check) throws Exception {
        long end = System.nanoTime() + AT_MOST.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true: " + what);
            }
            Thread.sleep(LOOK_EVERY);
        }
    }
}
