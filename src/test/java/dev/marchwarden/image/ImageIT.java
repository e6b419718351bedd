package dev.marchwarden.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.Trust;
import dev.marchwarden.standin.Eventually;
import dev.marchwarden.standin.StandInApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image holds and how it starts, laid out in a directory by the script that the Dockerfile runs and moved elsewhere afterwards, as COPY
 * does. Needs the jar, so it runs after it is packaged.
 */
class ImageIT {
    @TempDir
    static Path work;

    private static Path image;
    private static Dockerfile dockerfile;

    @BeforeAll
    static void layOut() throws Exception {
        Path made = work.resolve("made");
        Command.run(Map.of("JAVA_HOME", System.getProperty("java.home")), "bin/image-layout", made.toString(), "3");
        image = work.resolve("image");
        Files.move(made, image);
        dockerfile = Dockerfile.read();
    }

    /** The container's command line, in the place where the image is here. */
    private static List<String> entryPoint() throws IOException {
        return dockerfile.entryPoint().stream()
                .map(word -> word.replace("/opt/", image + "/opt/"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static ProcessBuilder container(List<String> command) {
        ProcessBuilder container = new ProcessBuilder(command);
        container.environment().clear();
        for (String setting : dockerfile.all("ENV")) {
            String[] parts = setting.split("=", 2);
            container.environment().put(parts[0], parts[1]);
        }
        return container;
    }

    /** With AOTMode=on a JVM that cannot use the cache does not start. */
    private static List<String> withCacheRequired(List<String> entryPoint) {
        entryPoint.add(entryPoint.indexOf("-jar"), "-XX:AOTMode=on");
        return entryPoint;
    }

    @Test
    void servesAClusterWithTheAotCache(@TempDir Path directory) throws Exception {
        new TlsDirectory(directory.resolve("tls"), InstantSource.system()).issue(List.of("localhost"), false);
        int port = freePort();
        int opsPort = freePort();
        try (StandInApiServer cluster = StandInApiServer.start()) {
            cluster.put("app-ns-1", Map.of("usergroup", "usergroup-1", "istio.io/rev", "usergroup-1"));
            List<String> command = withCacheRequired(entryPoint());
            command.addAll(List.of("serve", "--config", RecordedReview.TENANCY.toString()));
            command.addAll(List.of(
                    "--kubeconfig",
                    cluster.kubeconfig(directory.resolve("kubeconfig"), "marchwarden")
                            .toString()));
            command.addAll(List.of("--tls-dir", directory.resolve("tls").toString()));
            command.addAll(List.of("--listen", "127.0.0.1:" + port, "--ops-listen", "127.0.0.1:" + opsPort));
            command.addAll(List.of("--drain-seconds", "0"));
            Path log = directory.resolve("log");
            Process process = container(command)
                    .redirectOutput(directory.resolve("decisions").toFile())
                    .redirectError(log.toFile())
                    .start();
            try (ReviewClient client = new ReviewClient(trust(directory.resolve("tls/ca.crt")), port)) {
                Eventually.await("ready", () -> {
                    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                    return isReady(opsPort);
                });
                Reply reply = client.validate(Files.readAllBytes(
                        RecordedReview.DIRECTORY.resolve("tenancy").resolve(deniedReview())));
                assertThat(reply.json().at("/response/allowed").asBoolean(true)).isFalse();
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
            assertThat(Files.readString(log)).contains("with boringssl on epoll");
        }
    }

    private static String deniedReview() {
        return Path.of(RecordedReview.all().stream()
                        .filter(review -> review.file().startsWith("tenancy/036"))
                        .findFirst()
                        .orElseThrow()
                        .file())
                .getFileName()
                .toString();
    }

    private static boolean isReady(int opsPort) throws InterruptedException {
        try {
            return ReviewClient.get(opsPort, "/readyz").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static javax.net.ssl.SSLContext trust(Path authority) throws Exception {
        try (InputStream in = Files.newInputStream(authority)) {
            return Trust.in(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
    }

    @Test
    void aCacheThatDoesNotFitCostsTimeAndNothingElse() throws Exception {
        Path moved = work.resolve("rewritten-times");
        Command.run(Map.of(), "cp", "-r", image.toString(), moved.toString()); // without -p: times are lost
        List<String> command = dockerfile.entryPoint().stream()
                .map(word -> word.replace("/opt/", moved + "/opt/"))
                .collect(Collectors.toCollection(ArrayList::new));
        command.add("--version");
        assertThat(Command.run(Map.of(), command.toArray(String[]::new))).startsWith("marchwarden ");
    }

    @Test
    void everythingThatIsCopiedIsThere() {
        assertThat(dockerfile.copied())
                .isNotEmpty()
                .allSatisfy(
                        place -> assertThat(image.resolve(place.substring(1))).exists());
    }

    @Test
    void holdsTheJarItsLibrariesAndNothingElse() throws IOException {
        assertThat(names(image.resolve("opt/marchwarden")))
                .containsExactlyInAnyOrder(
                        "marchwarden.jar",
                        "marchwarden.aot",
                        "jvm.options",
                        "heap.flags",
                        "lib",
                        "LICENSE",
                        "THIRD-PARTY.txt");
        try (JarFile jar =
                new JarFile(image.resolve("opt/marchwarden/marchwarden.jar").toFile())) {
            Set<String> wanted = Arrays.stream(jar.getManifest()
                            .getMainAttributes()
                            .getValue("Class-Path")
                            .split(" "))
                    .map(entry -> entry.substring("lib/".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(names(image.resolve("opt/marchwarden/lib"))).isEqualTo(wanted);
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void anybodyMayReadItAndOnlyItsOwnerWrite() throws IOException {
        try (Stream<Path> files = Files.walk(image.resolve("opt"))) {
            List<Path> all = files.toList();
            for (Path file : all) {
                if (!Files.isSymbolicLink(file)) {
                    assertThat(Files.getPosixFilePermissions(file))
                            .as("%s", file)
                            .contains(PosixFilePermission.OTHERS_READ)
                            .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
                }
            }
            assertThat(all)
                    .noneMatch(file -> file.toString().endsWith(".pem")
                            || file.toString().endsWith(".key")
                            || file.toString().endsWith(".crt"));
        }
    }

    @Test
    void runsAsNobodyInParticular() {
        assertThat(dockerfile.only("USER")).matches("[1-9][0-9]+:[1-9][0-9]+");
    }

    @Test
    void theRuntimeHasEveryModuleThatClassesName() throws Exception {
        Path jdeps = Path.of(System.getProperty("java.home"), "bin", "jdeps");
        String named = Command.run(
                Map.of(),
                jdeps.toString(),
                "--ignore-missing-deps",
                "--multi-release",
                "25",
                "--print-module-deps",
                "--recursive",
                "--class-path",
                image.resolve("opt/marchwarden/lib") + "/*",
                image.resolve("opt/marchwarden/marchwarden.jar").toString());
        String has = Command.run(Map.of(), image.resolve("opt/java/bin/java").toString(), "--list-modules");
        assertThat(has.lines().map(line -> line.replaceFirst("@.*", "")))
                .containsAll(List.of(named.strip().split(",")));
    }
}
