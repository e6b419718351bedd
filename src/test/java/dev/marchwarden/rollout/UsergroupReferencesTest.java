package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.bootstrap.Chart;
import dev.marchwarden.bootstrap.HelmRelease;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.tenancy.Tenancy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that keeps a control plane, by itself. */
@Timeout(60)
class UsergroupReferencesTest {
    private static final Tenancy TENANCY = Tenancy.of(List.of(
            Stage.usergroup("one", List.of("one"), Map.of()),
            Stage.usergroup("two", List.of("two"), Map.of("stable", "two"))));

    @TempDir
    private Path directory;

    private Stage stage;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(directory);
        stage.api.put("two", Map.of("usergroup", "two"));
        stage.api.put("one", Map.of("usergroup", "one"));
        stage.api.put("shop", Map.of());
        put("GatewayClass", "gateway.networking.k8s.io/v1", "name: istio-two", """
                {controllerName: istio.io/gateway-controller-two}
                """);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void put(String kind, String apiVersion, String metadata, String spec) {
        stage.api.put("""
                apiVersion: %s
                kind: %s
                metadata: {%s}
                spec: %s
                """.formatted(apiVersion, kind, metadata, spec));
    }

    private List<String> obstacles() throws Exception {
        return new UsergroupReferences(stage.cluster, stage.helm, TENANCY, "two", "two")
                .obstacles(ClusterInventory.of(stage.cluster)).stream()
                        .map(line -> line.substring(0, line.indexOf(" (")))
                        .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usergroup: two | Namespace lot: a member",
                "istio.io/rev: two | Namespace lot: injected by two",
                "istio.io/rev: stable | Namespace lot: injected by stable",
                "usergroup: one | ",
                "istio.io/rev: one | "
            })
    void namespaces(String label, @Nullable String obstacle) throws Exception {
        stage.api.put("""
                {apiVersion: v1, kind: Namespace, metadata: {name: lot, labels: {%s}}}
                """.formatted(label));
        assertIs(obstacle);
    }

    private void assertIs(@Nullable String obstacle) throws Exception {
        assertThat(obstacles()).isEqualTo(obstacle == null ? List.of() : List.of(obstacle));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "annotations: {istio.io/rev: two} | Running | Pods in namespace shop of two: web",
                "labels: {istio.io/rev: two} | Pending | Pods in namespace shop of two: web",
                "labels: {istio.io/rev: stable} | Running | Pods in namespace shop of stable: web",
                "annotations: {istio.io/rev: two} | Succeeded | ",
                "annotations: {istio.io/rev: two} | Failed | ",
                "annotations: {istio.io/rev: one} | Running | ",
                "labels: {app: istiod} | Running | "
            })
    void pods(String metadata, String phase, @Nullable String obstacle) throws Exception {
        stage.api.put("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop, %s}
                spec: {containers: [{name: a, image: b}]}
                status: {phase: %s}
                """.formatted(metadata, phase));
        assertIs(obstacle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: b | istio-two | Gateway shop/front: of class istio-two",
                "istio.io/rev: two | nginx | Gateway shop/front: served by two",
                "istio.io/rev: stable | nginx | Gateway shop/front: served by stable",
                "istio.io/rev: one | istio-one | "
            })
    void gateways(String label, String gatewayClass, @Nullable String obstacle) throws Exception {
        put(
                "Gateway",
                "gateway.networking.k8s.io/v1",
                "name: front, namespace: shop, labels: {" + label + "}",
                "{gatewayClassName: " + gatewayClass + "}");
        assertIs(obstacle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mutating | labels: {istio.io/tag: prod, istio.io/rev: two} | two | MutatingWebhookConfiguration x: tag prod, set by something else",
                "Mutating | labels: {istio.io/tag: prod, istio.io/rev: one} | one | ",
                "Mutating | labels: {istio.io/tag: stable, istio.io/rev: two, app.kubernetes.io/managed-by: marchwarden} | two | ",
                "Mutating | annotations: {meta.helm.sh/release-name: istiod-two} | two | ",
                "Validating | labels: {app: istiod} | two | ValidatingWebhookConfiguration x: sends configuration to this control plane",
                "Validating | labels: {app: istiod} | one | ",
                "Validating | labels: {app.kubernetes.io/managed-by: marchwarden} | two | ",
                "Validating | annotations: {meta.helm.sh/release-name: istiod-two} | two | "
            })
    void webhooks(String kind, String metadata, String namespace, @Nullable String obstacle) throws Exception {
        stage.api.put("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: %sWebhookConfiguration
                metadata: {name: x, %s}
                webhooks: [{name: a.example.com, clientConfig: {service: {name: istiod-two, namespace: %s}}}]
                """.formatted(kind, metadata, namespace));
        assertIs(obstacle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deployment | two | app: web | Deployment two/x: in the system namespace, which will be deleted",
                "StatefulSet | two | app: web | StatefulSet two/x: in the system namespace, which will be deleted",
                "DaemonSet | two | app: web | DaemonSet two/x: in the system namespace, which will be deleted",
                "Deployment | two | app: istiod | ",
                "Deployment | one | app: web | "
            })
    void workloads(String kind, String namespace, String label, @Nullable String obstacle) throws Exception {
        put(kind, "apps/v1", "name: x, namespace: " + namespace + ", labels: {" + label + "}", "{}");
        assertIs(obstacle);
    }

    @Test
    void releasesOfOthers() throws Exception {
        stage.api.runWorkloads();
        stage.apply(Stage.desired(Stage.usergroup("two", List.of("two"), Map.of("stable", "two"))));
        assertThat(obstacles()).isEmpty();
        Path chart = Path.of("test-fixtures/istio-charts/istiod").toAbsolutePath();
        HelmRelease ours = Stage.desired(Stage.usergroup("two", List.of("more"), Map.of())).steps().stream()
                .filter(Step.Release.class::isInstance)
                .map(step -> ((Step.Release) step).release())
                .filter(release -> release.namespace().equals("two"))
                .findFirst()
                .orElseThrow();
        stage.helm.upgrade(
                new HelmRelease("kiali", "two", new Chart("istiod", "", chart.toString(), null), ours.values()),
                Duration.ofSeconds(20));
        assertThat(obstacles())
                .contains("HelmRelease two/kiali: in the system namespace, which will be deleted")
                .noneMatch(line -> line.startsWith("HelmRelease two/istiod-two"));
    }
}
