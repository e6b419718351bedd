package dev.marchwarden.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a JVM of its own, so that its compiler and collector disturb nobody else's figures. Ends with this JVM at the latest. */
final class ServerProcess implements AutoCloseable {
    /** Of {@code /proc/PID/stat}, in which Linux counts processor time; the same on every architecture it runs on. */
    private static final long TICK_MICROS = 10_000;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final int probePort;
    private final Thread cleaner;

    private ServerProcess(List<String> command, int port, int probePort, Path log) throws IOException {
        this.port = port;
        this.probePort = probePort;
        this.log = log;
        this.process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(log.toFile())
                .start();
        this.cleaner = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** The real thing, {@code serve}, its decision log going to /dev/null. */
    static ServerProcess marchwarden(Arguments arguments, List<String> flags, Path namespaces) throws IOException {
        return marchwarden(arguments, flags, jar(), namespaces);
    }

    /** The same from another jar, with its libraries in {@code lib} beside it. */
    static ServerProcess marchwarden(Arguments arguments, List<String> flags, String jar, Path namespaces)
            throws IOException {
        String tls = arguments.directory().resolve("tls").toString();
        return serve(arguments, flags, jar, List.of("--namespaces", namespaces.toString(), "--tls-dir", tls));
    }

    /** Over a cluster. */
    static ServerProcess live(Arguments arguments, List<String> flags, List<String> options) throws IOException {
        return serve(arguments, flags, jar(), options);
    }

    private static ServerProcess serve(Arguments arguments, List<String> flags, String jar, List<String> options)
            throws IOException {
        int port = freePort();
        int probePort = freePort();
        Path directory = arguments.directory();
        List<String> command = new ArrayList<>(arguments.java());
        command.addAll(flags);
        command.addAll(List.of("-jar", jar));
        command.addAll(
                List.of("serve", "--config", directory.resolve("tenancy.yaml").toString()));
        command.addAll(options);
        command.addAll(List.of("--listen", "127.0.0.1:" + port, "--ops-listen", "127.0.0.1:" + probePort));
        command.addAll(List.of("--drain-seconds", "0", "--finish-seconds", "1"));
        return new ServerProcess(command, port, probePort, directory.resolve("marchwarden-" + port + ".log"));
    }

    /** nginx, which reads the body and answers a constant; empty where it is not installed. */
    static Optional<ServerProcess> nginx(Arguments arguments) throws IOException {
        String program = Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "nginx"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
        if (program == null) {
            return Optional.empty();
        }
        int port = freePort();
        Path directory = arguments.directory();
        Path log = directory.resolve("nginx.log");
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                worker_processes auto;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx.log error;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/nginx-body;
                  proxy_temp_path %1$s/nginx-proxy;
                  fastcgi_temp_path %1$s/nginx-fastcgi;
                  uwsgi_temp_path %1$s/nginx-uwsgi;
                  scgi_temp_path %1$s/nginx-scgi;
                  keepalive_requests 1000000000;
                  client_max_body_size 4m;
                  server {
                    listen 127.0.0.1:%2$d ssl;
                    ssl_certificate %1$s/tls/tls.crt;
                    ssl_certificate_key %1$s/tls/tls.key;
                    ssl_protocols TLSv1.3;
                    default_type application/json;
                    location / { return 200 '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}'; }
                  }
                }
                """.formatted(directory, port));
        return Optional.of(new ServerProcess(
                List.of(program, "-e", log.toString(), "-c", configuration.toString()), port, port, log));
    }

    static ServerProcess floor(Arguments arguments) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(arguments.java());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.marchwarden.server.Floor"));
        command.addAll(List.of(
                "127.0.0.1:" + port, arguments.directory().resolve("tls").toString()));
        return new ServerProcess(command, port, port, arguments.directory().resolve("floor.log"));
    }

    private static String jar() {
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            if (entry.endsWith("/marchwarden.jar")) {
                return entry;
            }
        }
        throw new IllegalStateException("no marchwarden.jar on the class path (expected: to be started by bench/*)");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** How many lines it has logged that contain a text; decisions are not among them. */
    long logged(String text) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text)).count();
        }
    }

    /** What lives in the heap, in MiB, after a full collection. */
    long live(String java) throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        Path.of(java).resolveSibling("jcmd").toString(),
                        String.valueOf(process.pid()),
                        "GC.class_histogram")
                .redirectError(Redirect.DISCARD)
                .start();
        String[] total = new String(histogram.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd did not answer (expected: a JDK)"))
                .split(" +", -1);
        histogram.waitFor();
        return Long.parseLong(total[2]) >> 20;
    }

    /** The sum of a metric over its labels, by its name on the wire. */
    double metric(String name) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI metrics = URI.create("http://127.0.0.1:" + probePort + "/metrics");
            return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    /** Waits until it takes connections and, where it has probes, says that it is ready. */
    void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("the server did not start; its log is in the working directory");
            }
            Thread.sleep(2);
        }
    }

    private boolean isReady() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), probePort), 1_000);
            if (probePort == port) {
                return true;
            }
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Processor time used so far by it and its children, in microseconds. */
    long cpuMicros() throws IOException {
        long ticks = ticks(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            ticks += ticks(child.pid());
        }
        return ticks * TICK_MICROS;
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /** A figure of {@code /proc/PID/status}, {@code VmRSS} or {@code VmHWM}, in MiB. */
    long memory(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith(what + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(cleaner);
    }
}
