package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.tools.ToolRun;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is known of the cluster's namespaces, whatever its API server does. */
class LiveViewClusterIT {
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final int FRESH = 40;

    @RegisterExtension
    static final InstalledCluster BORDER =
            InstalledCluster.own("live-view", InstalledCluster.FIXTURES.resolve("tenancy.yaml"));

    @BeforeAll
    static void settle() throws Exception {
        for (Step step : Scenario.read(InstalledCluster.FIXTURES.resolve("unreachable/1-before.table"))
                .steps()) {
            step.play(BORDER.admin());
        }
    }

    /** One kubectl writes the namespace and, milliseconds later, what is in it. */
    @Test
    void aNamespaceIsUsedAsSoonAsItIsThere() throws Exception {
        Kubectl alice = BORDER.admin().as("alice", List.of("team-1"));
        ToolRun run = alice.reading(fresh(), List.of("create", "--validate=false", "-f", "-"));
        assertThat(run.out().lines().filter(line -> line.startsWith("namespace/")))
                .as(run.text())
                .hasSize(FRESH);
        assertThat(run.out().lines().filter(line -> line.contains("/own")))
                .as(run.text())
                .hasSize(FRESH);
        assertThat(run.err().lines().filter(line -> line.contains("foreign-host: ")))
                .as(run.text())
                .hasSize(FRESH);
        assertThat(run.err()).doesNotContain("config-outside-mesh", "cannot be decided");
        System.out.printf(
                "%d namespaces used at once, %.0f of them looked up%n",
                FRESH, BORDER.marchwarden().server().metric("marchwarden_namespace_lookups_total"));
    }

    private static String fresh() {
        StringBuilder manifests = new StringBuilder();
        for (int i = 0; i < FRESH; i++) {
            manifests.append("""
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: fresh-%1$d, labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1}}
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: own, namespace: fresh-%1$d}
                    spec: {hosts: [httpbin], http: [{route: [{destination: {host: httpbin}}]}]}
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: foreign, namespace: fresh-%1$d}
                    spec: {hosts: [other], http: [{route: [{destination: {host: httpbin.usergroup-2.svc.cluster.local}}]}]}
                    ---
                    """.formatted(i));
        }
        return manifests.toString();
    }

    @Test
    void goesOnWhereverTheApiServerWas() throws Exception {
        WebhookProcess server = BORDER.marchwarden().server();
        ControlPlane controlPlane = BORDER.cluster().controlPlane();
        for (int i = 0; i < 2; i++) {
            controlPlane.killApiServer();
            server.await("no watch", BACK, () -> server.metric("marchwarden_namespaces_watching") == 0);
            try (ReviewClient client = BORDER.marchwarden().client()) {
                assertAnswer(client, "app-ns-1", "httpbin", true, 200);
                assertAnswer(client, "app-ns-1", "httpbin.usergroup-2.svc.cluster.local", false, 403);
                assertAnswer(client, "made-meanwhile-" + i, "httpbin", false, 500);
            }
            controlPlane.startApiServer();
            long begin = System.nanoTime();
            server.await("watched again", BACK, () -> server.metric("marchwarden_namespaces_watching") == 1);
            Duration away = Duration.ofNanos(System.nanoTime() - begin);
            Step.of("- | create namespace made-meanwhile-%d | allowed".formatted(i))
                    .play(BORDER.admin());
            Step.of(
                            "- | label namespace made-meanwhile-%d usergroup=usergroup-2 istio.io/rev=usergroup-1 | denied revision-mismatch"
                                    .formatted(i))
                    .play(BORDER.admin());
            System.out.printf(
                    "the API server killed and started: watched again %d ms after it was ready; %.0f lists since the start%n",
                    away.toMillis(), server.metric("marchwarden_namespaces_lists_total"));
        }
        server.await("the new ones are known", BACK, () -> {
            try (ReviewClient client = BORDER.marchwarden().client()) {
                return answer(client, "made-meanwhile-1", "httpbin")
                        .path("allowed")
                        .asBoolean();
            }
        });
        assertThat(server.log()).contains("410").doesNotContain("namespaces: null");
    }

    private static void assertAnswer(ReviewClient client, String namespace, String host, boolean allowed, int code)
            throws Exception {
        JsonNode answer = answer(client, namespace, host);
        assertThat(answer.path("allowed").asBoolean()).as(answer.toString()).isEqualTo(allowed);
        assertThat(answer.at("/status/code").asInt(200)).as(answer.toString()).isEqualTo(code);
    }

    private static JsonNode answer(ReviewClient client, String namespace, String host) throws Exception {
        Reply reply = client.validate("""
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1",
                "kind": {"group": "networking.istio.io", "version": "v1", "kind": "VirtualService"}, "name": "a", "namespace": "%s",
                "operation": "CREATE", "userInfo": {"username": "alice"}, "object": {"apiVersion": "networking.istio.io/v1",
                "kind": "VirtualService", "metadata": {"name": "a"}, "spec": {"http": [{"route": [{"destination": {"host": "%s"}}]}]}}}}
                """.formatted(namespace, host).getBytes(UTF_8));
        return new ObjectMapper().readTree(reply.body()).path("response");
    }
}
