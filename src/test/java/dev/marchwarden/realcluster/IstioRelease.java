package dev.marchwarden.realcluster;

import dev.marchwarden.reach.Inventory;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A release of Istio, and the definitions of the Gateway API that it is used with.
 *
 * @param binaries the directory that {@code ISTIO_BINARIES} names, with pilot-discovery
 * @param charts the directory that {@code ISTIO_CHARTS} names, with base and istiod
 * @param gatewayApi the file that {@code GATEWAY_API_CRDS} names
 */
record IstioRelease(Path binaries, Path charts, Path gatewayApi) {
    /** Skips the test where a variable is not set. */
    static IstioRelease require() {
        return new IstioRelease(
                named("ISTIO_BINARIES", "a directory with pilot-discovery"),
                named("ISTIO_CHARTS", "a directory with Istio's charts base and istiod"),
                named("GATEWAY_API_CRDS", "the experimental-install.yaml of the Gateway API"));
    }

    private static Path named(String variable, String what) {
        String path = System.getenv(variable);
        TestCluster.require(path != null && !path.isBlank(), "no istiod: set " + variable + " to " + what);
        return Path.of(path).toAbsolutePath();
    }

    /** The program that istiod's image runs. */
    Path pilotDiscovery() {
        Path program = binaries.resolve("pilot-discovery");
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(
                    "ISTIO_BINARIES is " + binaries + " (expected: a directory that holds pilot-discovery)");
        }
        return program;
    }

    /** Of the program, such as 1.30.3: charts out of a checkout say none. */
    String version() throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("istio");
        try {
            ToolRun run = ToolRun.of(pilotDiscovery(), work, Map.of(), List.of("version", "--output=json"), "");
            return ClusterApi.JSON
                    .readTree(run.out())
                    .at("/clientVersion/version")
                    .asText();
        } finally {
            Files.delete(work);
        }
    }

    /** Of the Gateway API, in YAML. */
    String gatewayDefinitions() throws IOException {
        return Files.readString(gatewayApi);
    }

    /** The fields of Istio's kinds and the Gateway API's. */
    Inventory inventory() throws IOException {
        String istio = Files.readString(charts.resolve("base/files/crd-all.gen.yaml"));
        return Inventory.ofDefinitions(istio + "\n---\n" + gatewayDefinitions());
    }
}
