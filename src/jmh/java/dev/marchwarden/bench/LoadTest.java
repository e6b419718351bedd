package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Marchwarden, the floor, nginx and another commit, side by side in one run. Prints Markdown. */
public final class LoadTest {
    private static final List<Integer> CONNECTIONS = List.of(1, 8, 64);
    private static final int NAMESPACES = 1_000;
    /** Reviews a second, however fast a server is: so figures of two machines and two commits can be compared. */
    private static final List<Integer> RATES = List.of(1_000, 5_000);

    /** Those whose answers are looked at. */
    private static final Set<String> DECIDING = Set.of("before", "Marchwarden");

    /** Not a scene: small reviews beside large ones. */
    private static final String BESIDE = "BESIDE";

    private static final List<String> ALL = List.of(
            "ALLOW:2000", "ALLOW:10000", "ALLOW:100000", "ROUTES:10000", "IDENTITIES:10000", BESIDE + ":3000000");

    private final Arguments arguments;
    private final LoadClient client;
    private final Map<String, ServerProcess> servers;

    private LoadTest(Arguments arguments, LoadClient client, Map<String, ServerProcess> servers) {
        this.arguments = arguments;
        this.client = client;
        this.servers = servers;
    }

    public static void main(String[] given) throws Exception {
        Arguments arguments = Arguments.of(given);
        Header.print("Marchwarden against the floor", arguments.quick(), arguments.java());
        Files.write(arguments.directory().resolve("tenancy.yaml"), Reviews.resource("tenancy.yaml"));
        Map<String, ServerProcess> servers = new LinkedHashMap<>();
        try (LoadClient client = new LoadClient(arguments.directory().resolve("tls/ca.crt"))) {
            start(arguments, servers);
            LoadTest test = new LoadTest(arguments, client, servers);
            for (String scene : arguments.words().isEmpty() ? ALL : arguments.words()) {
                String[] parts = scene.split(":", 2);
                int bytes = Integer.parseInt(parts[1]);
                if (parts[0].equals(BESIDE)) {
                    test.beside(bytes);
                } else {
                    test.scene(Scene.valueOf(parts[0]), bytes);
                }
            }
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** The floor first: the others are compared with it. */
    private static void start(Arguments arguments, Map<String, ServerProcess> servers) throws Exception {
        Path namespaces = Cluster.json(arguments.directory(), NAMESPACES);
        servers.put("floor", ServerProcess.floor(arguments));
        Optional<ServerProcess> nginx = ServerProcess.nginx(arguments);
        nginx.ifPresent(server -> servers.put("nginx", server));
        String before = arguments.before();
        if (before != null) {
            servers.put("before", ServerProcess.marchwarden(arguments, List.of(), before, namespaces));
        }
        servers.put("Marchwarden", ServerProcess.marchwarden(arguments, List.of(), namespaces));
        for (ServerProcess server : servers.values()) {
            server.awaitReady();
        }
    }

    private void scene(Scene scene, int bytes) throws Exception {
        Map<String, LoadRequest> requests = new LinkedHashMap<>();
        for (Map.Entry<String, ServerProcess> server : servers.entrySet()) {
            LoadRequest decided = LoadRequest.of(scene, bytes);
            LoadRequest request = DECIDING.contains(server.getKey()) ? decided : decided.withAnyAnswer();
            requests.put(server.getKey(), request);
            client.closed(client.connect(server.getValue().port(), 8), request, seconds(3, 15));
        }
        Header.line("### " + scene + ", body of " + Reviews.of(scene, bytes).length + " bytes");
        Header.line("");
        StringBuilder head =
                new StringBuilder("| connections | server | CPU µs/req (rounds) | × floor | req/s | × floor |");
        RATES.forEach(
                rate -> head.append(String.format(Locale.ROOT, " p50/p99/p99.9 ms at %,d/s | p99 × floor |", rate)));
        Header.line(head.append(" client's share of a core |").toString());
        Header.line("|---".repeat(7 + 2 * RATES.size()) + "|");
        for (int connections : CONNECTIONS) {
            cell(connections, requests).forEach(Header::line);
        }
        Header.line("");
    }

    private void beside(int bytes) throws Exception {
        Map<String, ServerProcess> deciding = new LinkedHashMap<>(servers);
        deciding.keySet().retainAll(DECIDING);
        for (ServerProcess server : deciding.values()) {
            client.closed(client.connect(server.port(), 8), LoadRequest.of(Scene.ALLOW, 2_000), seconds(3, 15));
        }
        try (LoadClient large = new LoadClient(arguments.directory().resolve("tls/ca.crt"))) {
            new BesideLarge(client, large, deciding, arguments.pick(1, 3), seconds(3, 10)).print(bytes);
        }
    }

    private List<String> cell(int connections, Map<String, LoadRequest> requests) throws Exception {
        List<LoadCell.Side> sides = new ArrayList<>();
        servers.forEach((name, server) ->
                sides.add(new LoadCell.Side(name, server, connections, Objects.requireNonNull(requests.get(name)))));
        LoadCell cell = new LoadCell(client, sides);
        int rounds = arguments.pick(3, 5);
        for (int round = 0; round < rounds; round++) {
            cell.closedLoop(round, seconds(1, 2));
        }
        // One connection is a client that waits for each answer, which is the closed loop.
        List<Integer> rates = connections == 1 ? List.of() : RATES;
        for (int rate : rates) {
            for (int round = 0; round < rounds; round++) {
                cell.openLoop(round, seconds(1, 3), rate);
            }
        }
        cell.close();
        return cell.rows(RATES);
    }

    private long seconds(int ifQuick, int ifFull) {
        return TimeUnit.SECONDS.toNanos(arguments.pick(ifQuick, ifFull));
    }
}
