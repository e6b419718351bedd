package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long from the start of the process to Ready, and how much memory. Prints Markdown. */
public final class StartTest {
    private static final int NAMESPACES = 5_000;
    private static final int MANY_NAMESPACES = 10_000;
    private static final double MOST_START_MILLIS = 1_000;
    private static final long MOST_MIB = 150;

    private final Arguments arguments;
    private final List<String> withCache;

    private StartTest(Arguments arguments, String cache) {
        this.arguments = arguments;
        this.withCache = List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    public static void main(String[] given) throws Exception {
        Arguments arguments = Arguments.of(given);
        Header.print("Start and memory", arguments.quick(), arguments.java());
        Path directory = arguments.directory();
        Files.write(directory.resolve("tenancy.yaml"), Reviews.resource("tenancy.yaml"));
        StartTest test = new StartTest(arguments, System.getProperty("marchwarden.aot"));
        test.start(Map.of(
                "5,000 namespaces, YAML", Cluster.yaml(directory, NAMESPACES),
                "5,000 namespaces, JSON", Cluster.json(directory, NAMESPACES),
                "1 namespace", Cluster.yaml(directory, 1)));
        test.memory("10,000 namespaces, YAML", Cluster.yaml(directory, MANY_NAMESPACES));
        test.memory("10,000 namespaces, JSON", Cluster.json(directory, MANY_NAMESPACES));
        test.memory("1 namespace", Cluster.yaml(directory, 1));
    }

    private void start(Map<String, Path> clusters) throws Exception {
        int runs = arguments.pick(3, 11);
        Map<String, double[]> millis = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Map.Entry<String, Path> cluster : clusters.entrySet()) {
                for (List<String> flags : List.of(withCache, List.<String>of())) {
                    String name = cluster.getKey() + " | " + (flags.isEmpty() ? "no" : "yes");
                    millis.computeIfAbsent(name, none -> new double[runs])[run] = startOnce(flags, cluster.getValue());
                }
            }
        }
        Header.line("From process start to Ready, " + runs + " runs:");
        Header.line("");
        Header.line("| cluster | AOT cache | median ms | min | max | |");
        Header.line("|---|---|---|---|---|---|");
        millis.forEach((name, each) -> {
            Arrays.sort(each);
            double median = each[runs / 2];
            String target = !name.startsWith("5,000") || name.endsWith("no")
                    ? ""
                    : median <= MOST_START_MILLIS ? "pass" : "miss";
            Header.line(String.format(
                    Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %s |", name, median, each[0], each[runs - 1], target));
        });
        Header.line("");
        Header.line("| cluster | RSS when Ready, MiB | after load | peak | |");
        Header.line("|---|---|---|---|---|");
    }

    private double startOnce(List<String> flags, Path namespaces) throws Exception {
        long begin = System.nanoTime();
        try (ServerProcess server = ServerProcess.marchwarden(arguments, flags, namespaces)) {
            server.awaitReady();
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    private void memory(String name, Path namespaces) throws Exception {
        try (ServerProcess server = ServerProcess.marchwarden(arguments, withCache, namespaces);
                LoadClient client = new LoadClient(arguments.directory().resolve("tls/ca.crt"))) {
            server.awaitReady();
            Thread.sleep(2_000);
            long ready = server.memory("VmRSS");
            List<LoadConnection> connections = client.connect(server.port(), 64);
            for (int size : Reviews.SIZES) {
                LoadRequest request = LoadRequest.of(Scene.ALLOW, size);
                client.closed(connections, request, TimeUnit.SECONDS.toNanos(arguments.pick(2, 15)));
            }
            long loaded = server.memory("VmRSS");
            connections.forEach(LoadConnection::close);
            Header.line(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %s |",
                    name,
                    ready,
                    loaded,
                    server.memory("VmHWM"),
                    Math.max(ready, loaded) <= MOST_MIB ? "pass" : "miss"));
        }
    }
}
