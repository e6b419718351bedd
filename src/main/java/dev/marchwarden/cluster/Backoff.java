package dev.marchwarden.cluster;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** How long to wait before the next try: twice as long each time up to a limit, and never all replicas at once. Used by one thread. */
final class Backoff {
    private static final int MAX_DOUBLINGS = 30;

    private final Duration first;
    private final Duration most;
    private final DoubleSupplier random;
    private int tries;

    /** @param random from 0 to 1 */
    Backoff(Duration first, Duration most, DoubleSupplier random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    /** Half of it is certain, half is left to chance. */
    Duration next() {
        double nanos = Math.min((double) most.toNanos(), first.toNanos() * Math.scalb(1.0, tries));
        tries = Math.min(tries + 1, MAX_DOUBLINGS);
        return Duration.ofNanos((long) (nanos * (0.5 + random.getAsDouble() / 2)));
    }

    void reset() {
        tries = 0;
    }
}
