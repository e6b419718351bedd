package dev.marchwarden.bench;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table: both servers under the same load, in turns, so that what else happens on the machine hits both. Of the rounds the
 * median counts.
 */
final class LoadCell {
    private static final double LEAST_THROUGHPUT_RATIO = 0.85;
    private static final double MOST_P99_RATIO = 1.3;
    /** From here on the client may be what limits. */
    private static final double CLIENT_BUSY = 0.9;

    /** One of the two servers. */
    static final class Side {
        private final ServerProcess server;
        private final int count;
        private final List<LoadResult> closed = new ArrayList<>();
        private final List<LoadResult> open = new ArrayList<>();
        private List<LoadConnection> connections = List.of();
        private long closedCpuMicros;

        Side(ServerProcess server, int count) {
            this.server = server;
            this.count = count;
        }

        private List<LoadConnection> connections(LoadClient client) throws Exception {
            if (connections.isEmpty()) {
                connections = client.connect(server.port(), count);
            }
            return connections;
        }

        private double throughput() {
            return median(closed, LoadResult::perSecond);
        }

        private double millis(double percentile) {
            return median(open, result -> result.millis(percentile));
        }

        private String percentiles() {
            return String.format(Locale.ROOT, "%.2f / %.2f / %.2f", millis(50), millis(99), millis(99.9));
        }

        private double cpuMicrosPerRequest() {
            return (double) closedCpuMicros
                    / closed.stream().mapToLong(LoadResult::answers).sum();
        }
    }

    private final LoadClient client;
    private final Side floor;
    private final Side marchwarden;
    private final ByteBuf request;

    LoadCell(LoadClient client, Side floor, Side marchwarden, ByteBuf request) {
        this.client = client;
        this.floor = floor;
        this.marchwarden = marchwarden;
        this.request = request;
    }

    /** Who goes first changes with each round. */
    private List<Side> order(int round) {
        return round % 2 == 0 ? List.of(floor, marchwarden) : List.of(marchwarden, floor);
    }

    void closedLoop(int round, long nanos) throws Exception {
        for (Side side : order(round)) {
            List<LoadConnection> connections = side.connections(client);
            long before = side.server.cpuMicros();
            side.closed.add(client.closed(connections, request, nanos));
            side.closedCpuMicros += side.server.cpuMicros() - before;
        }
    }

    void openLoop(int round, long nanos, double perSecond) throws Exception {
        for (Side side : order(round)) {
            side.open.add(client.open(side.connections(client), request, nanos, perSecond));
        }
    }

    double floorThroughput() {
        return floor.throughput();
    }

    /** Ends the connections, for the next line brings its own. */
    void close() {
        floor.connections.forEach(LoadConnection::close);
        marchwarden.connections.forEach(LoadConnection::close);
    }

    private double throughputRatio() {
        return marchwarden.throughput() / floor.throughput();
    }

    private double p99Ratio() {
        return marchwarden.millis(99) / floor.millis(99);
    }

    boolean isMet() {
        return throughputRatio() >= LEAST_THROUGHPUT_RATIO && p99Ratio() <= MOST_P99_RATIO;
    }

    String row() {
        double clientShare = Math.max(
                median(floor.closed, LoadResult::clientShare), median(marchwarden.closed, LoadResult::clientShare));
        return String.format(
                Locale.ROOT,
                "| %.0f | %.0f | %.2f | %s | %s | %.2f | %.0f | %.0f | %.2f%s | %s |",
                floor.throughput(),
                marchwarden.throughput(),
                throughputRatio(),
                floor.percentiles(),
                marchwarden.percentiles(),
                p99Ratio(),
                floor.cpuMicrosPerRequest(),
                marchwarden.cpuMicrosPerRequest(),
                clientShare,
                clientShare > CLIENT_BUSY ? " (busy)" : "",
                isMet() ? "pass" : "miss");
    }

    private static double median(List<LoadResult> results, ToDoubleFunction<LoadResult> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }
}
