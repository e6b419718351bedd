package dev.marchwarden.cluster;

import java.time.Duration;

/**
 * The times of the leader election.
 *
 * @param duration how long a lease lasts that is not renewed, for those who would take it over
 * @param yield how long for the one who holds it: shorter, by more than any write may take that was begun at the last moment
 * @param retry how often it is renewed, or looked at
 * @param deadline for a single request
 */
public record LeaseTiming(Duration duration, Duration yield, Duration retry, Duration deadline) {
    public static final LeaseTiming DEFAULT = new LeaseTiming(
            Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(4));
}
