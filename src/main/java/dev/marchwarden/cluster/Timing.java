package dev.marchwarden.cluster;

import java.time.Duration;

/**
 * How long to wait for the API server.
 *
 * @param answer for a question that a decision waits for; well below a webhook's timeout
 * @param begin for a list or a watch to begin
 * @param silence of a watch, after which its connection counts as dead; an API server sends a bookmark about every minute
 * @param settled how long a watch must have lived for the next one to follow at once
 * @param firstRetry before trying again; doubled each time
 * @param lastRetry at most
 */
public record Timing(
        Duration answer, Duration begin, Duration silence, Duration settled, Duration firstRetry, Duration lastRetry) {
    public static final Timing DEFAULT = new Timing(
            Duration.ofMillis(1_500),
            Duration.ofSeconds(30),
            Duration.ofSeconds(150),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofSeconds(10));
}
