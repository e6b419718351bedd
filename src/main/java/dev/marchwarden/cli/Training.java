package dev.marchwarden.cli;

import dev.marchwarden.admission.Webhook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code bin/aot-cache} has a server do while the JVM looks on: answer the reviews that were recorded from a real API server. A main
 * class of its own, for nobody else needs it.
 */
final class Training {
    private static final String RECORDED = "dev/marchwarden/cli/demo/admission-reviews";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private Training() {}

    /** {@code prepare FOLDER} lays out what {@code serve} needs, and prints a port for it; {@code run FOLDER PORT SECONDS} calls it. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(Training.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()))) {
            Path recorded = jar.getPath(RECORDED);
            if (arguments[0].equals("prepare")) {
                for (String file : List.of("tenancy.yaml", "namespaces.yaml")) {
                    Files.copy(recorded.resolve(file), folder.resolve(file));
                }
                System.out.println(freePort());
            } else {
                run(
                        Integer.parseInt(arguments[2]),
                        folder.resolve("tls/ca.crt"),
                        reviews(recorded),
                        Integer.parseInt(arguments[3]));
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

    private static void run(int port, Path authority, List<byte[]> reviews, int seconds) throws Exception {
        try (WebhookClient client = new WebhookClient(Files.readAllBytes(authority), port)) {
            awaitStart(client, reviews.getFirst());
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
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

    private static void awaitStart(WebhookClient client, byte[] review) throws InterruptedException {
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                client.send(Webhook.VALIDATE.spelling(), review);
                return;
            } catch (Failure e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }
}
