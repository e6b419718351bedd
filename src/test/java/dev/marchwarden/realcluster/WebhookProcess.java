package dev.marchwarden.realcluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code marchwarden serve} as it is packaged, with the flags that it is tuned for, in a process of its own. */
final class WebhookProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "marchwarden.jar").toAbsolutePath();
    private static final Duration TO_START = Duration.ofMinutes(1);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Daemon daemon;
    private final URI ops;
    private final Duration start;

    private WebhookProcess(Daemon daemon, URI ops, Duration start) {
        this.daemon = daemon;
        this.ops = ops;
        this.start = start;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param listen host and port of the webhook
     * @param arguments beside the two addresses
     */
    static WebhookProcess start(String name, Path directory, String listen, List<String> arguments) throws Exception {
        int opsPort = LoopbackPorts.free();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx160m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                JAR.toString(),
                "serve",
                "--listen",
                listen,
                "--ops-listen",
                "127.0.0.1:" + opsPort,
                "--drain-seconds",
                "0"));
        command.addAll(arguments);
        long begin = System.nanoTime();
        Daemon daemon = Daemon.start(name, directory, command);
        URI ops = URI.create("http://127.0.0.1:" + opsPort);
        try {
            daemon.await("ready", TO_START, () -> status(ops) == 200);
        } catch (Exception | AssertionError e) {
            daemon.close();
            throw e;
        }
        return new WebhookProcess(daemon, ops, Duration.ofNanos(System.nanoTime() - begin));
    }

    private static int status(URI ops) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(get(ops.resolve("/readyz")), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private static HttpRequest get(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    }

    private String read(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(get(ops.resolve(path)), BodyHandlers.ofString()).body();
        }
    }

    /** From the start of the process until it was ready. */
    Duration start() {
        return start;
    }

    /** The readiness report. */
    String readiness() throws IOException, InterruptedException {
        return read("/readyz");
    }

    /** The sum of a metric over all its labels. */
    double metric(String name) throws IOException, InterruptedException {
        return read("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits for something that this process has to do. */
    void await(String what, Duration atMost, Daemon.Check check) throws Exception {
        daemon.await(what, atMost, check);
    }

    /** The decision log. */
    List<String> decisions() throws IOException {
        return daemon.output().lines().toList();
    }

    String log() throws IOException {
        return daemon.log();
    }

    /** Of its memory, in MiB; 0 where the system does not tell. */
    long residentMiB() throws IOException {
        Path status = Path.of("/proc", String.valueOf(daemon.pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        Matcher matcher = RESIDENT.matcher(Files.readString(status));
        return matcher.find() ? Long.parseLong(String.valueOf(matcher.group(1))) / 1024 : 0;
    }

    /** Without a chance to say goodbye. */
    void kill() {
        daemon.kill();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
