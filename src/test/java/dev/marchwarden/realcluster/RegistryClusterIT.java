package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.standin.Eventually;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The chart packaged and pushed to an OCI registry by helm, and installed from there. */
class RegistryClusterIT {
    private static final Path CHART = Path.of("charts", "marchwarden").toAbsolutePath();

    @Test
    void isInstalledFromARegistry() throws Exception {
        Path registry = registry();
        int port = LoopbackPorts.free();
        try (TestCluster cluster = TestCluster.openOwn("registry")) {
            Path directory = cluster.directory();
            Path configuration = Files.writeString(
                    directory.resolve("registry.yml"), """
                    version: 0.1
                    storage: {filesystem: {rootdirectory: %s}}
                    http: {addr: "127.0.0.1:%d"}
                    """.formatted(directory.resolve("registry"), port));
            Process process = new ProcessBuilder(registry.toString(), "serve", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("registry.log").toFile())
                    .start();
            try {
                Eventually.await("the registry answers", () -> answers(port));
                pushAndInstall(cluster, "oci://127.0.0.1:" + port + "/charts");
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void pushAndInstall(TestCluster cluster, String repository) throws Exception {
        Path directory = cluster.directory();
        helm(cluster, "package", CHART.toString(), "--destination=" + directory);
        Path packaged = packageIn(directory);
        helm(cluster, "push", packaged.toString(), repository, "--plain-http");
        String version = packaged.getFileName().toString().replaceAll("^marchwarden-|[.]tgz$", "");
        helm(
                cluster,
                "install",
                Release.NAME,
                repository + "/marchwarden",
                "--version=" + version,
                "--plain-http",
                "--values=" + InstalledCluster.FIXTURES.resolve("values.yaml").toAbsolutePath(),
                "--namespace=" + Release.NAMESPACE,
                "--create-namespace");
        assertThat(cluster.admin()
                        .run("get", "deployment", Release.NAME, "--namespace=" + Release.NAMESPACE, "--output=yaml")
                        .out())
                .contains("helm.sh/chart: marchwarden-" + version, "- serve");
        for (String kind : Release.CONFIGURATIONS) {
            assertThat(cluster.admin().run("get", kind, Release.NAME).succeeded())
                    .as(kind)
                    .isTrue();
        }
    }

    private static void helm(TestCluster cluster, String... arguments) throws IOException, InterruptedException {
        ToolRun run = ToolRun.of(
                KubernetesTool.HELM.path(),
                cluster.directory(),
                Map.of(
                        "HOME",
                        cluster.directory().toString(),
                        "KUBECONFIG",
                        cluster.controlPlane().kubeconfig().toString()),
                List.of(arguments),
                "");
        assertThat(run.succeeded())
                .as("helm %s: %s", String.join(" ", arguments), run.text())
                .isTrue();
    }

    private static Path packageIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path registry() {
        List<Path> places = new ArrayList<>();
        String named = System.getenv("MARCHWARDEN_REGISTRY");
        if (named != null) {
            places.add(Path.of(named));
        } else {
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, "docker-registry"))
                    .forEach(places::add);
        }
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> Assumptions.abort("no OCI registry: install the package docker-registry, or set"
                        + " MARCHWARDEN_REGISTRY to its binary"));
    }
}
