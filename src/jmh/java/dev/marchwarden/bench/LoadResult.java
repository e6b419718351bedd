package dev.marchwarden.bench;

import org.HdrHistogram.Histogram;

/**
 * What one run showed.
 *
 * @param perSecond answers that arrived within its time
 * @param answers all of them
 * @param latencies in nanoseconds, from when a request was due to the last byte of its answer
 * @param clientShare of one core that the client took; near 1 it is the client that is measured
 */
record LoadResult(double perSecond, long answers, Histogram latencies, double clientShare) {
    static final LoadResult NOTHING = new LoadResult(0, 0, new Histogram(3), 0);

    double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }
}
