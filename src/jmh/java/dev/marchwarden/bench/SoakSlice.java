package dev.marchwarden.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Some seconds of a soak.
 *
 * @param endSeconds since the beginning
 * @param answers that were as they should be
 * @param latencies in nanoseconds, of these
 * @param failure why the slice ended early; null where no request failed
 * @param rss of the server, in MiB
 * @param load average of the machine, over the last minute
 */
record SoakSlice(
        double endSeconds,
        long answers,
        Histogram latencies,
        @Nullable String failure,
        double rss,
        double load) {
    /** In milliseconds. */
    double p99() {
        return latencies.getValueAtPercentile(99) / 1e6;
    }
}
