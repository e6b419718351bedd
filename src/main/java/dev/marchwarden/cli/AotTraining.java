package dev.marchwarden.cli;

import dev.marchwarden.admission.Webhook;
import dev.marchwarden.certificates.TlsDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What {@code bin/aot-cache} has a server do while the JVM looks on: over a cluster whose namespaces change, answer the reviews that were
 * recorded from a real API server. A main class of its own, for nobody else needs it.
 */
final class AotTraining {
    static final String RECORDED = "dev/marchwarden/cli/demo/admission-reviews";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** The JVM writes its cache when it ends. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private final Path directory;
    private final int port = freePort();

    private AotTraining(Path directory) throws IOException {
        this.directory = directory;
    }

    /** {@code DIRECTORY SECONDS COMMAND...}: the command is what starts Marchwarden, without arguments; the directory is empty. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        List<String> command = List.of(arguments).subList(2, arguments.length);
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(AotTraining.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()))) {
            new AotTraining(directory)
                    .train(jar.getPath(RECORDED), command, Duration.ofSeconds(Integer.parseInt(arguments[1])));
        }
    }

    private void train(Path recorded, List<String> command, Duration time) throws Exception {
        for (String file : List.of("tenancy.yaml", "namespaces.yaml")) {
            Files.copy(recorded.resolve(file), directory.resolve(file));
        }
        new TlsDirectory(directory.resolve("tls"), InstantSource.system()).issue(List.of("127.0.0.1"), false);
        List<byte[]> reviews = reviews(recorded);
        try (AotTrainingCluster cluster = new AotTrainingCluster(directory)) {
            Process server = start(command, cluster.kubeconfig());
            try {
                send(server, reviews, time);
                server.destroy();
                if (!server.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new Failure("the server did not stop within " + STOP_TIMEOUT.toSeconds() + " s");
                }
            } finally {
                server.destroyForcibly();
            }
        }
    }

    private Process start(List<String> command, Path kubeconfig) throws IOException {
        List<String> serve = new ArrayList<>(command);
        serve.addAll(
                List.of("serve", "--config", directory.resolve("tenancy.yaml").toString()));
        serve.addAll(List.of("--kubeconfig", kubeconfig.toString()));
        serve.addAll(List.of("--tls-dir", directory.resolve("tls").toString()));
        serve.addAll(List.of("--listen", "127.0.0.1:" + port, "--ops-listen", "127.0.0.1:0"));
        serve.addAll(List.of("--drain-seconds", "0", "--finish-seconds", "1"));
        return new ProcessBuilder(serve)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(directory.resolve("log").toFile())
                .start();
    }

    private void send(Process server, List<byte[]> reviews, Duration time) throws Exception {
        try (WebhookClient client = new WebhookClient(Files.readAllBytes(directory.resolve("tls/ca.crt")), port)) {
            awaitStart(server, client, reviews.getFirst());
            long end = System.nanoTime() + time.toNanos();
            long sent = 0;
            do {
                for (byte[] review : reviews) {
                    for (Webhook webhook : Webhook.values()) {
                        client.send(webhook.spelling(), review);
                        sent++;
                    }
                }
            } while (System.nanoTime() < end);
            System.err.println("trained with " + sent + " reviews");
        }
    }

    private static void awaitStart(Process server, WebhookClient client, byte[] review) throws InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                client.send(Webhook.VALIDATE.spelling(), review);
                return;
            } catch (Failure e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<byte[]> reviews(Path recorded) throws IOException {
        List<byte[]> reviews = new ArrayList<>();
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                reviews.add(Files.readAllBytes(file));
            }
        }
        return reviews;
    }
}
