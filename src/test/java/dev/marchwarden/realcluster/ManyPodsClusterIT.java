package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Commands that list pods, in a heap that would not hold them: 12 KB each, as large as an injected one. {@code -Dcluster.pods=20000} makes that many, which
 * takes a few minutes.
 */
class ManyPodsClusterIT {
    private static final int PODS = Integer.getInteger("cluster.pods", 2_000);
    private static final String MANAGED_BY_INJECTOR = "x".repeat(12_000);
    private static final Path JAR = Path.of("target", "marchwarden.jar").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Run(ToolRun tool, Duration took) {}

    @Test
    void areNotHeldInMemory() throws Exception {
        try (TestCluster cluster = TestCluster.openWithoutIstio("many-pods");
                ClusterApi api = cluster.controlPlane().api()) {
            Kubectl admin = cluster.admin();
            for (String namespace : List.of("usergroup-1", "many")) {
                admin.must("create", "namespace", namespace);
                admin.must("label", "namespace", namespace, "usergroup=usergroup-1");
            }
            admin.must("label", "namespace", "many", "istio.io/rev=usergroup-1");
            admin.must("create", "serviceaccount", "pods", "--namespace=many");
            JsonNode node = JSON.readTree("""
                    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}""");
            assertThat(api.create("/api/v1/nodes", node))
                    .as("pods of no node are deleted after a while")
                    .isTrue();
            makePods(api);
            Run verify = marchwarden(cluster, "verify");
            assertThat(verify.tool().exit()).as(verify.tool().text()).isEqualTo(1);
            assertThat(verify.tool().out()).contains("sidecars");
            Run map = marchwarden(cluster, "map");
            assertThat(map.tool().exit()).as(map.tool().text()).isZero();
            assertThat(map.tool().out()).contains(PODS + " Pod");
            Run remove = marchwarden(
                    cluster,
                    "bootstrap",
                    "remove",
                    "--usergroup",
                    "usergroup-1",
                    "--helm",
                    KubernetesTool.HELM.path().toString());
            assertThat(remove.tool().exit()).as(remove.tool().text()).isEqualTo(1);
            System.out.printf(
                    "%d pods, -Xmx256m: verify ends after %d ms, map after %d ms, remove after %d ms%n",
                    PODS,
                    verify.took().toMillis(),
                    map.took().toMillis(),
                    remove.took().toMillis());
        }
    }

    private static void makePods(ClusterApi api) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < PODS; i++) {
                JsonNode pod = JSON.readTree("""
                        {"apiVersion": "v1", "kind": "Pod",
                         "metadata": {"name": "pod-%d", "namespace": "many", "labels": {"app": "many"},
                           "annotations": {"example.com/large": "%s"}},
                         "spec": {"serviceAccountName": "pods", "nodeName": "node-1",
                           "containers": [{"name": "app", "image": "registry.example.com/app"}]}}
                        """.formatted(i, MANAGED_BY_INJECTOR));
                all.add(() -> api.create("/api/v1/namespaces/many/pods", pod));
            }
            for (Future<Boolean> made : threads.invokeAll(all)) {
                assertThat(made.get()).isTrue();
            }
        }
    }

    private static Run marchwarden(TestCluster cluster, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx256m", "-jar", JAR.toString()));
        arguments.addAll(List.of(command));
        arguments.addAll(List.of(
                "--config",
                Path.of("test-fixtures/bootstrap/guide/tenancy.yaml")
                        .toAbsolutePath()
                        .toString(),
                "--kubeconfig",
                cluster.controlPlane().kubeconfig().toString()));
        long begin = System.nanoTime();
        ToolRun run = ToolRun.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                cluster.directory(),
                Map.of("HOME", cluster.directory().toString(), "PATH", String.valueOf(System.getenv("PATH"))),
                arguments,
                "");
        return new Run(run, Duration.ofNanos(System.nanoTime() - begin));
    }
}
