package dev.marchwarden.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.standin.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/release} makes, and that the archive runs where there are neither Maven nor sources. Needs the jar. */
class ReleaseIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> JAVA = Map.of("JAVA_HOME", System.getProperty("java.home"));

    @TempDir
    static Path work;

    private static Path made;
    private static String name;
    private static Path unpacked;

    @BeforeAll
    static void release() throws Exception {
        made = work.resolve("made");
        Command.run(JAVA, "bin/release", made.toString());
        try (Stream<Path> files = Files.list(made)) {
            name = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".cdx.json"))
                    .findFirst()
                    .orElseThrow()
                    .replace(".cdx.json", "");
        }
        Command.run(Map.of(), "tar", "-xzf", made.resolve(name + ".tar.gz").toString(), "-C", work.toString());
        unpacked = work.resolve(name);
    }

    private static List<String> namesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void everyFileHasItsSum() throws Exception {
        List<String> summed = Files.readAllLines(made.resolve("SHA256SUMS"));
        assertThat(summed).hasSize(5).allSatisfy(line -> {
            String[] words = line.split(" {2}");
            assertThat(sha256(Files.newInputStream(made.resolve(words[1])))).isEqualTo(words[0]);
        });
        assertThat(namesIn(made))
                .containsExactlyInAnyOrder(
                        "SHA256SUMS",
                        name + ".tar.gz",
                        name + ".tgz",
                        name + "-image.tar",
                        name + ".cdx.json",
                        name + "-THIRD-PARTY.txt");
    }

    private static String sha256(InputStream content) throws Exception {
        try (content) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** The plugin holds it to its schema; here, that it is of no moment and machine, and names what is shipped. */
    @Test
    void theBillOfMaterialsNamesEachLibrary() throws Exception {
        JsonNode bom = JSON.readTree(made.resolve(name + ".cdx.json").toFile());
        assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bom.has("serialNumber")).isFalse();
        assertThat(bom.path("metadata").has("timestamp")).isFalse();
        List<String> listed = StreamSupport.stream(bom.path("components").spliterator(), false)
                .map(component -> component.path("name").asText() + "-"
                        + component.path("version").asText())
                .distinct()
                .toList();
        assertThat(namesIn(unpacked.resolve("target/lib")).stream()
                        .map(jar -> jar.replaceFirst("(-linux-(x86_64|aarch_64))?[.]jar$", ""))
                        .distinct())
                .hasSizeGreaterThan(50)
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void theLicensesOfTheLibrariesAreThere() throws Exception {
        assertThat(Files.readString(unpacked.resolve("THIRD-PARTY.txt")))
                .contains("io.vertx:vertx-web:", "org.bouncycastle:bcpkix-jdk18on:")
                .doesNotContain("Unknown license", "org.junit")
                .isEqualTo(Files.readString(made.resolve(name + "-THIRD-PARTY.txt")));
    }

    @Test
    void theImageIsAnOciArchiveOfWhatTheDockerfileSays() throws Exception {
        Path oci = Files.createDirectory(work.resolve("oci"));
        Command.run(Map.of(), "tar", "-xf", made.resolve(name + "-image.tar").toString(), "-C", oci.toString());
        assertThat(Files.readString(oci.resolve("oci-layout"))).contains("\"imageLayoutVersion\": \"1.0.0\"");
        for (String blob : namesIn(oci.resolve("blobs/sha256"))) {
            assertThat(sha256(Files.newInputStream(oci.resolve("blobs/sha256").resolve(blob))))
                    .isEqualTo(blob);
        }
        JsonNode index = JSON.readTree(oci.resolve("index.json").toFile());
        JsonNode manifest = JSON.readTree(blob(oci, index.at("/manifests/0")).toFile());
        JsonNode config = JSON.readTree(blob(oci, manifest.path("config")).toFile());
        Dockerfile dockerfile = Dockerfile.read();
        assertThat(JSON.convertValue(config.at("/config/Entrypoint"), new TypeReference<List<String>>() {}))
                .isEqualTo(dockerfile.entryPoint());
        assertThat(config.at("/config/User").asText()).isEqualTo(dockerfile.only("USER"));
        assertThat(config.at("/config/WorkingDir").asText()).isEqualTo(dockerfile.only("WORKDIR"));
        assertThat(manifest.path("layers")).hasSize(4).hasSameSizeAs(config.at("/rootfs/diff_ids"));
        for (int i = 0; i < manifest.path("layers").size(); i++) {
            Path layer = blob(oci, manifest.path("layers").path(i));
            assertThat(Files.size(layer))
                    .isEqualTo(manifest.path("layers").path(i).path("size").asLong());
            assertThat("sha256:" + sha256(new GZIPInputStream(Files.newInputStream(layer))))
                    .isEqualTo(config.at("/rootfs/diff_ids").path(i).asText());
        }
        String base = Command.run(
                Map.of(),
                "tar",
                "-tvzf",
                blob(oci, manifest.path("layers").path(0)).toString());
        assertThat(base).contains("/libc.so.6", "etc/nsswitch.conf").containsPattern("drwxrwxrwt 0/0 .* tmp/");
    }

    private static Path blob(Path oci, JsonNode descriptor) {
        return oci.resolve("blobs").resolve(descriptor.path("digest").asText().replace(':', '/'));
    }

    @Test
    void theArchiveRunsOnABareJava() throws Exception {
        String program = unpacked.resolve("bin/marchwarden").toString();
        assertThat(unpacked.resolve("pom.xml")).doesNotExist();
        assertThat(Command.run(JAVA, program, "version"))
                .startsWith("marchwarden " + name.substring("marchwarden-".length()));
        Path manifest = Files.writeString(work.resolve("app.yaml"), """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: app-ns-1
                  labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1}
                """);
        assertThat(Command.run(
                        JAVA, program, "check", "--config", RecordedReview.TENANCY.toString(), manifest.toString()))
                .contains("1 object");
    }

    @Test
    void theArchiveServesOnABareJava() throws Exception {
        Path tls = work.resolve("tls");
        new TlsDirectory(tls, InstantSource.system()).issue(List.of("localhost"), false);
        int opsPort = freePort();
        Path log = work.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        unpacked.resolve("bin/marchwarden").toString(),
                        "serve",
                        "--config=" + RecordedReview.TENANCY,
                        "--namespaces=" + Files.createDirectories(work.resolve("namespaces")),
                        "--tls-dir=" + tls,
                        "--listen=127.0.0.1:" + freePort(),
                        "--ops-listen=127.0.0.1:" + opsPort,
                        "--drain-seconds=0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(JAVA);
        Process process = builder.start();
        try {
            Eventually.await("ready", () -> {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                try {
                    return ReviewClient.get(opsPort, "/readyz").status() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
