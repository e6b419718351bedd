package dev.marchwarden.server;

import java.time.Duration;

/**
 * The limits of one server.
 *
 * @param maxBody bytes of one request body; a larger one is answered 413
 * @param maxBodiesInFlight bytes of all request bodies being read or decided; beyond that requests are answered 503 at once
 * @param bodyTimeout for a body to arrive; a slower one is answered 408
 * @param idleTimeout after which a connection without traffic is closed
 * @param maxConnections open at one time; further ones are closed at once
 */
public record Limits(
        int maxBody, long maxBodiesInFlight, Duration bodyTimeout, Duration idleTimeout, int maxConnections) {
    private static final int MIB = 1 << 20;

    /**
     * The API server takes objects of up to 3 MiB and sends the old and the new, with up to 1 MiB around them. It gives up a connection
     * after 90 idle seconds; were we to close it first, a request already under way would fail, for POST is not tried again
     * (kubernetes#127335).
     */
    public static final Limits DEFAULT =
            new Limits(7 * MIB, 24L * MIB, Duration.ofSeconds(10), Duration.ofMinutes(10), 2_048);
}
