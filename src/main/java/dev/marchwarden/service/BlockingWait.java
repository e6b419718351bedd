package dev.marchwarden.service;

import dev.marchwarden.server.Address;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, with a thread of the caller that is no event loop; what went wrong is an {@link IllegalStateException}. */
final class BlockingWait {
    static final Duration START = Duration.ofSeconds(30);

    private BlockingWait() {}

    static void await(Future<?> future, Duration timeout) {
        try {
            future.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing happened for " + timeout.toSeconds() + " s", e);
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    static void awaitListening(Address address, Future<?> started) {
        try {
            await(started, START);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "cannot listen at " + address + " (" + e.getMessage() + "; expected: a free port of this machine)",
                    e);
        }
    }
}
