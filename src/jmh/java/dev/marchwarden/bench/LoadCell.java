package dev.marchwarden.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All servers under the same load, in turns, so that what else happens on the machine hits each of them. Of the rounds the median counts.
 */
final class LoadCell {
    /** From here on the client may be what limits. */
    private static final double CLIENT_BUSY = 0.9;

    /** One of the servers. */
    static final class Side {
        private final String name;
        private final ServerProcess server;
        private final int count;
        private final LoadRequest request;
        private final List<LoadResult> closed = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        /** By the rate. */
        private final Map<Integer, List<LoadResult>> open = new LinkedHashMap<>();

        private List<LoadConnection> connections = List.of();

        Side(String name, ServerProcess server, int count, LoadRequest request) {
            this.name = name;
            this.server = server;
            this.count = count;
            this.request = request;
        }

        private List<LoadConnection> connections(LoadClient client) throws Exception {
            if (connections.isEmpty()) {
                connections = client.connect(server.port(), count);
            }
            return connections;
        }

        double throughput() {
            return median(closed, LoadResult::perSecond);
        }

        /** Microseconds of processor time a request. */
        double cpu() {
            return median(cpu, Double::doubleValue);
        }

        double p99(int rate) {
            return median(open.getOrDefault(rate, List.of()), result -> result.millis(99));
        }
    }

    private final LoadClient client;
    private final List<Side> sides;

    /** @param sides the first is what the others are compared with */
    LoadCell(LoadClient client, List<Side> sides) {
        this.client = client;
        this.sides = sides;
    }

    /** Who goes first changes with each round. */
    private List<Side> order(int round) {
        return round % 2 == 0 ? sides : sides.reversed();
    }

    void closedLoop(int round, long nanos) throws Exception {
        for (Side side : order(round)) {
            List<LoadConnection> connections = side.connections(client);
            long before = side.server.cpuMicros();
            LoadResult result = client.closed(connections, side.request, nanos);
            side.closed.add(result);
            side.cpu.add((double) (side.server.cpuMicros() - before) / result.answers());
        }
    }

    void openLoop(int round, long nanos, int perSecond) throws Exception {
        for (Side side : order(round)) {
            side.open
                    .computeIfAbsent(perSecond, rate -> new ArrayList<>())
                    .add(client.open(side.connections(client), side.request, nanos, perSecond));
        }
    }

    /** Ends the connections, for the next lines bring their own. */
    void close() {
        sides.forEach(side -> side.connections.forEach(LoadConnection::close));
    }

    /** A line for each server. */
    List<String> rows(List<Integer> rates) {
        return sides.stream().map(side -> row(side, rates)).toList();
    }

    private String row(Side side, List<Integer> rates) {
        Side floor = sides.getFirst();
        StringBuilder row = new StringBuilder(String.format(
                Locale.ROOT,
                "| %d | %s | %.1f (%.1f to %.1f) | %.2f | %.0f | %.2f |",
                side.count,
                side.name,
                side.cpu(),
                side.cpu.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
                side.cpu.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN),
                side.cpu() / floor.cpu(),
                side.throughput(),
                side.throughput() / floor.throughput()));
        for (int rate : rates) {
            List<LoadResult> results = side.open.getOrDefault(rate, List.of());
            if (results.isEmpty()) {
                row.append(" | |");
                continue;
            }
            row.append(String.format(
                    Locale.ROOT,
                    " %.2f / %.2f / %.2f | %.2f |",
                    median(results, result -> result.millis(50)),
                    median(results, result -> result.millis(99)),
                    median(results, result -> result.millis(99.9)),
                    side.p99(rate) / floor.p99(rate)));
        }
        double clientShare = median(side.closed, LoadResult::clientShare);
        return row.append(String.format(
                        Locale.ROOT, " %.2f%s |", clientShare, clientShare > CLIENT_BUSY ? " (busy)" : ""))
                .toString();
    }

    private static <T> double median(List<T> results, ToDoubleFunction<T> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
