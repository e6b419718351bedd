package dev.marchwarden.cluster;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** When something that takes several steps has to be over. */
record Deadline(Duration timeout, long end) {
    static Deadline in(Duration timeout) {
        return new Deadline(timeout, System.nanoTime() + timeout.toNanos());
    }

    /** What is left of it; never nothing, for clients take that for no limit. */
    Duration left() throws SocketTimeoutException {
        long nanos = end - System.nanoTime();
        if (nanos <= 0) {
            throw over();
        }
        return Duration.ofNanos(Math.max(nanos, 1_000_000));
    }

    SocketTimeoutException over() {
        return new SocketTimeoutException("not done within " + timeout.toMillis() + " ms");
    }
}
