package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How long a review of 2 KB waits while reviews of many bytes are read. Both have clients of their own. */
final class BesideLarge {
    private static final int SMALL_PER_SECOND = 1_000;
    private static final int LARGE_PER_SECOND = 4;
    private static final int CONNECTIONS = 16;

    /** A kind that is skipped, one that is read whole, and one that is digested. What they are answered is not looked at: some are too large to be decided. */
    private static final List<Scene> LARGE = List.of(Scene.OTHER, Scene.ROUTES, Scene.PATCHES);

    private final LoadClient client;
    private final LoadClient largeClient;
    private final Map<String, ServerProcess> servers;
    private final int rounds;
    private final long nanos;

    /** @param nanos of one round with one server */
    BesideLarge(LoadClient client, LoadClient largeClient, Map<String, ServerProcess> servers, int rounds, long nanos) {
        this.client = client;
        this.largeClient = largeClient;
        this.servers = servers;
        this.rounds = rounds;
        this.nanos = nanos;
    }

    /** A table in Markdown. */
    void print(int bytes) throws Exception {
        Header.line("### ALLOW of 2 KB at %,d/s, beside %d reviews/s of %,d bytes"
                .formatted(SMALL_PER_SECOND, LARGE_PER_SECOND, bytes));
        Header.line("");
        Header.line("| server | beside | p50/p99/p99.9 ms of the small ones | p50/p99 ms of the large ones |");
        Header.line("|---|---|---|---|");
        for (Map.Entry<String, ServerProcess> server : servers.entrySet()) {
            Header.line(row(server, "nothing", List.of()));
            for (Scene scene : LARGE) {
                Header.line(row(
                        server,
                        scene.toString(),
                        List.of(LoadRequest.of(scene, bytes).withAnyAnswer())));
            }
        }
        Header.line("");
    }

    private String row(Map.Entry<String, ServerProcess> server, String beside, List<LoadRequest> large)
            throws Exception {
        int port = server.getValue().port();
        LoadRequest small = LoadRequest.of(Scene.ALLOW, 2_000);
        List<LoadConnection> connections = client.connect(port, CONNECTIONS);
        List<LoadConnection> others = largeClient.connect(port, LARGE_PER_SECOND);
        List<LoadResult> ofSmall = new ArrayList<>();
        List<LoadResult> ofLarge = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            CompletableFuture<LoadResult> larges = large.isEmpty()
                    ? CompletableFuture.completedFuture(LoadResult.NOTHING)
                    : largeClient.begin(others, large, nanos, LARGE_PER_SECOND);
            ofSmall.add(client.open(connections, small, nanos, SMALL_PER_SECOND));
            ofLarge.add(larges.get(60, TimeUnit.SECONDS));
        }
        connections.forEach(LoadConnection::close);
        others.forEach(LoadConnection::close);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f / %.2f / %.2f | %.1f / %.1f |",
                server.getKey(),
                beside,
                median(ofSmall, 50),
                median(ofSmall, 99),
                median(ofSmall, 99.9),
                median(ofLarge, 50),
                median(ofLarge, 99));
    }

    private static double median(List<LoadResult> results, double percentile) {
        return results.stream()
                .map(result -> result.millis(percentile))
                .sorted(Comparator.naturalOrder())
                .toList()
                .get(results.size() / 2);
    }
}
