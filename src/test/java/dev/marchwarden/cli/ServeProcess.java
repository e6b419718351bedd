package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.service.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code marchwarden serve} in a process of its own. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern SERVING = Pattern.compile("serving https://127\\.0\\.0\\.1:(\\d+) ");
    private static final Pattern PROBES = Pattern.compile("probes and metrics at http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path out;
    private final Path err;
    private final int port;
    private final int opsPort;

    ServeProcess(Path directory, String name, Path tls, String... more) throws Exception {
        this.out = directory.resolve(name + ".out");
        this.err = directory.resolve(name + ".err");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Marchwarden.class.getName(),
                "serve",
                "--config",
                RecordedReview.TENANCY.toString(),
                "--namespaces",
                RecordedReview.NAMESPACES.toString(),
                "--tls-dir",
                tls.toString(),
                "--listen",
                "127.0.0.1:0",
                "--ops-listen",
                "127.0.0.1:0"));
        command.addAll(List.of(more));
        this.process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        RunningService.await(name + " is ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended: " + err());
            }
            return err().contains(": ready") || err().contains("\"message\":\"ready\"");
        });
        this.port = number(SERVING);
        this.opsPort = number(PROBES);
    }

    private int number(Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(err());
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in " + err());
        }
        return Integer.parseInt(String.valueOf(matcher.group(1)));
    }

    int port() {
        return port;
    }

    int opsPort() {
        return opsPort;
    }

    /** Sends SIGINT, as Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** Whether this process was started with SIGINT ignored, as shells do with what they run in the background. */
    boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        return Files.isReadable(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, at most so long, and returns the exit code. */
    int exitCode(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + seconds + " s");
        }
        return process.exitValue();
    }

    List<String> decisions() throws IOException {
        return Files.readAllLines(out, UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
