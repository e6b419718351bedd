package dev.marchwarden.bench;

import dev.marchwarden.bench.Reviews.Scene;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Reviews at a fixed rate for a long time, while all that can change around a server does. Prints Markdown, a line a minute; draws memory and
 * latency. Each answer is held to what it must say. The first minute warms the server up; its failures count all the same.
 */
public final class SoakTest {
    /** After so long all connections are new ones, whose handshakes show what certificate is served. */
    private static final int SLICE_SECONDS = 10;

    private static final int SLICES_A_MINUTE = 60 / SLICE_SECONDS;
    private static final int CONNECTIONS = 16;
    /**
     * All of the heap from the start: how much of it was ever used tells how seldom it is collected, and would hide what grows beside it. What
     * lives in it is counted by itself.
     */
    private static final List<String> TOUCHED = List.of("-XX:InitialRAMPercentage=100", "-XX:+AlwaysPreTouch");

    /** How much more the last minutes may take than the first ones after the warm-up. */
    private static final double FLAT = 1.05;

    private final String java;
    private final int minutes;
    private final int rate;
    private final ServerProcess server;
    private final LoadClient client;
    private final List<LoadRequest> requests = List.of(
            LoadRequest.of(Scene.OTHER, 2_000),
            LoadRequest.of(Scene.ALLOW, 2_000),
            LoadRequest.of(Scene.DENY, 2_000),
            LoadRequest.of(Scene.WORKLOAD, 2_000),
            LoadRequest.of(Scene.ROUTES, 10_000),
            LoadRequest.of(Scene.CROSSING, 10_000),
            LoadRequest.of(Scene.IDENTITIES, 10_000),
            LoadRequest.of(Scene.PATCHES, 10_000));
    private final List<SoakSlice> slices = new ArrayList<>();
    private final Set<BigInteger> certificates = new HashSet<>();
    private final Jitter jitter;
    private long begin;
    private long liveEarly;

    private SoakTest(String java, int minutes, int rate, ServerProcess server, LoadClient client, Jitter jitter) {
        this.java = java;
        this.minutes = minutes;
        this.rate = rate;
        this.server = server;
        this.client = client;
        this.jitter = jitter;
    }

    /** The words are minutes, reviews a second, and the file to draw to. */
    public static void main(String[] given) throws Exception {
        Arguments arguments = Arguments.of(given);
        int minutes = Integer.parseInt(arguments.words().getFirst());
        int rate = Integer.parseInt(arguments.words().get(1));
        Path graph = Path.of(arguments.words().get(2));
        Header.print("Soak: %d minutes at %,d reviews/s".formatted(minutes, rate), minutes < 30, arguments.java());
        try (SoakCluster cluster = new SoakCluster(arguments.directory());
                ServerProcess server = ServerProcess.live(arguments, TOUCHED, cluster.options());
                LoadClient client = new LoadClient(cluster.authorityFile());
                Jitter jitter = new Jitter().start()) {
            server.awaitReady();
            SoakTest soak = new SoakTest(arguments.java().getFirst(), minutes, rate, server, client, jitter);
            soak.run(cluster);
            soak.summary(cluster);
            Files.writeString(graph, SoakGraph.of(soak.measured()));
        }
    }

    private void run(SoakCluster cluster) throws Exception {
        Header.line(
                "| minute | load average | late wake-up p99 / max ms | answers | failed | p50 / p99 / p99.9 ms | RSS MiB |");
        Header.line("|---|---|---|---|---|---|---|");
        List<LoadConnection> connections = connect();
        cluster.disturb();
        begin = System.nanoTime();
        for (int minute = 0; minute <= minutes; minute++) {
            for (int slice = 0; slice < SLICES_A_MINUTE; slice++) {
                connections = slice(connections);
            }
            if (minute == 0) {
                liveEarly = server.live(java);
            }
            row(minute == 0 ? "warm-up" : String.valueOf(minute));
            cluster.done();
        }
        connections.forEach(LoadConnection::close);
    }

    /** All but the warm-up. */
    private List<SoakSlice> measured() {
        return slices.subList(SLICES_A_MINUTE, slices.size());
    }

    private List<LoadConnection> connect() throws Exception {
        List<LoadConnection> connections = client.connect(server.port(), CONNECTIONS);
        certificates.add(connections.getFirst().certificate().getSerialNumber());
        return connections;
    }

    /** Opens the connections of the next slice while this one lasts, as a client of many connections does. */
    private List<LoadConnection> slice(List<LoadConnection> connections) throws Exception {
        CompletableFuture<LoadResult> run =
                client.begin(connections, requests, TimeUnit.SECONDS.toNanos(SLICE_SECONDS), rate);
        Thread.sleep(TimeUnit.SECONDS.toMillis(SLICE_SECONDS / 2));
        List<LoadConnection> next = connect();
        String failure = null;
        LoadResult result = LoadResult.NOTHING;
        try {
            result = run.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            failure = String.valueOf(Objects.requireNonNull(e.getCause()).getMessage());
        }
        connections.forEach(LoadConnection::close);
        slices.add(new SoakSlice(
                (System.nanoTime() - begin) / 1e9,
                result.answers(),
                result.latencies(),
                failure,
                server.memory("VmRSS"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        return next;
    }

    private void row(String minute) {
        List<SoakSlice> last = slices.subList(slices.size() - SLICES_A_MINUTE, slices.size());
        Histogram latencies = new Histogram(3);
        last.forEach(slice -> latencies.add(slice.latencies()));
        Histogram late = jitter.take();
        Header.line(String.format(
                Locale.ROOT,
                "| %s | %.1f | %.0f / %.0f | %d | %d | %.2f / %.2f / %.2f | %.0f |",
                minute,
                last.getLast().load(),
                late.getValueAtPercentile(99) / 1e6,
                late.getMaxValue() / 1e6,
                last.stream().mapToLong(SoakSlice::answers).sum(),
                last.stream().filter(slice -> slice.failure() != null).count(),
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                latencies.getValueAtPercentile(99.9) / 1e6,
                last.getLast().rss()));
    }

    private void summary(SoakCluster cluster) throws Exception {
        List<String> failures =
                slices.stream().map(SoakSlice::failure).filter(Objects::nonNull).toList();
        double early = rss(minutes / 10, minutes / 10 + Math.max(1, minutes / 6));
        double late = rss(minutes - Math.max(1, minutes / 6), minutes);
        Header.line("");
        Header.line("| what | | |");
        Header.line("|---|---|---|");
        Header.line("| done to it | " + cluster.done() + " | |");
        Header.line(String.format(
                Locale.ROOT,
                "| seen of it | tenancy reloaded %d times, %d certificates served to new connections, %.0f lists of namespaces | |",
                server.logged("tenancy reloaded"),
                certificates.size(),
                server.metric("marchwarden_namespaces_lists_total")));
        Header.line("| failed answers | " + (failures.isEmpty() ? "none" : failures.getFirst()) + " | "
                + (failures.isEmpty() ? "pass" : "miss") + " |");
        Header.line(String.format(
                Locale.ROOT,
                "| memory (RSS) | %.0f MiB early, %.0f MiB late, peak %d MiB | %s |",
                early,
                late,
                server.memory("VmHWM"),
                late <= early * FLAT ? "pass" : "miss"));
        Header.line("| live in the heap | " + liveEarly + " MiB after the warm-up, " + server.live(java)
                + " MiB at the end | |");
        Header.line(String.format(
                Locale.ROOT,
                "| unexpected failures, lost lines of the decision log | %.0f, %.0f | |",
                server.metric("marchwarden_unexpected_failures_total"),
                server.metric("marchwarden_decision_log_lost_total")));
    }

    /** The mean of some minutes. */
    private double rss(int from, int to) {
        return measured().subList(from * SLICES_A_MINUTE, to * SLICES_A_MINUTE).stream()
                .mapToDouble(SoakSlice::rss)
                .average()
                .orElse(Double.NaN);
    }
}
