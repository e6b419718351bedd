package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Marchwarden against the floor, side by side in one run. Prints Markdown. */
public final class LoadTest {
    private static final List<Integer> CONNECTIONS = List.of(1, 8, 64);
    private static final int NAMESPACES = 1_000;
    /** Of the floor's closed-loop throughput: busy, yet with room for waiting to come from the server and not from the rate. */
    private static final double OPEN_LOOP_SHARE = 0.5;

    private final Arguments arguments;
    private final LoadClient client;
    private final ServerProcess floor;
    private final ServerProcess marchwarden;
    private boolean met = true;

    private LoadTest(Arguments arguments, LoadClient client, ServerProcess floor, ServerProcess marchwarden) {
        this.arguments = arguments;
        this.client = client;
        this.floor = floor;
        this.marchwarden = marchwarden;
    }

    public static void main(String[] given) throws Exception {
        Arguments arguments = Arguments.of(given);
        Header.print("Marchwarden against the floor", arguments.quick(), arguments.java());
        Files.write(arguments.directory().resolve("tenancy.yaml"), Reviews.resource("tenancy.yaml"));
        try (ServerProcess floor = ServerProcess.floor(arguments);
                ServerProcess marchwarden = ServerProcess.marchwarden(
                        arguments, List.of(), Cluster.json(arguments.directory(), NAMESPACES));
                LoadClient client = new LoadClient(arguments.directory().resolve("tls/ca.crt"))) {
            floor.awaitReady();
            marchwarden.awaitReady();
            LoadTest test = new LoadTest(arguments, client, floor, marchwarden);
            for (int size : Reviews.SIZES) {
                test.size(Scene.ALLOW, size);
            }
            test.size(Scene.ROUTES, 10_000);
            test.size(Scene.IDENTITIES, 10_000);
            Header.line(test.met ? "All targets met." : "**Not all targets met.**");
        }
    }

    private void size(Scene scene, int bytes) throws Exception {
        byte[] review = Reviews.of(scene, bytes);
        ByteBuf request = Unpooled.directBuffer().writeBytes(Reviews.http(review));
        for (ServerProcess server : List.of(floor, marchwarden)) {
            client.closed(client.connect(server.port(), 8), request, seconds(3, 15));
        }
        Header.line("### " + scene + ", body of " + review.length + " bytes");
        Header.line("");
        Header.line(
                "| connections | floor req/s | Marchwarden req/s | ratio | floor p50/p99/p99.9 ms | Marchwarden p50/p99/p99.9 ms"
                        + " | p99 ratio | floor CPU µs/req | Marchwarden CPU µs/req | client's share of a core | |");
        Header.line("|---|---|---|---|---|---|---|---|---|---|---|");
        for (int connections : CONNECTIONS) {
            LoadCell cell = new LoadCell(
                    client,
                    new LoadCell.Side(floor, connections),
                    new LoadCell.Side(marchwarden, connections),
                    request);
            int rounds = arguments.pick(3, 7);
            for (int round = 0; round < rounds; round++) {
                cell.closedLoop(round, seconds(1, 3));
            }
            double rate = OPEN_LOOP_SHARE * cell.floorThroughput();
            for (int round = 0; round < rounds; round++) {
                cell.openLoop(round, seconds(1, 4), rate);
            }
            cell.close();
            met &= cell.isMet();
            Header.line(String.format(Locale.ROOT, "| %d %s", connections, cell.row()));
        }
        Header.line("");
        request.release();
    }

    private long seconds(int ifQuick, int ifFull) {
        return TimeUnit.SECONDS.toNanos(arguments.pick(ifQuick, ifFull));
    }
}
