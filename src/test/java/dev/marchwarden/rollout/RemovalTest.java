package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How control planes go. */
@Timeout(180)
class RemovalTest {
    private static final Usergroup ONE = Stage.usergroup("one", List.of("one"), Map.of());
    private static final Usergroup TWO = Stage.usergroup("two", List.of("two"), Map.of("stable", "two"));
    private static final Tenancy BOTH = Tenancy.of(List.of(ONE, TWO));

    @TempDir
    private Path folder;

    private Stage stage;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(folder);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void remove(int interruptAfter) throws Exception {
        new UsergroupRemoval(
                        stage.objects,
                        stage.helm,
                        stage.patience(),
                        new Stage.Told(stage.told, interruptAfter),
                        BOTH,
                        "two",
                        "two")
                .remove();
    }

    /** Interrupted wherever it can be, it leaves the cluster as it was before, but for the others' things. */
    @Test
    void leavesNothingBehindAndTheOthersAlone() throws Exception {
        stage.api.put("shop", Map.of("team", "a"));
        stage.api.put("bank", Map.of("usergroup", "one", "istio.io/rev", "one"));
        stage.apply(Stage.desired(ONE));
        Map<String, JsonNode> before = stage.everything();
        stage.apply(Stage.desired(ONE, TWO));
        atRunTime();
        Others others = new Others(stage.objects, stage.helm, BOTH, "two");
        List<JsonNode> othersBefore = others.read();

        int runs = 0;
        boolean done = false;
        while (!done) {
            runs++;
            try {
                remove(1);
                done = !Thread.interrupted();
            } catch (StoppedException e) {
                assertThat(e).hasMessage("interrupted");
            }
        }
        assertThat(runs).isGreaterThan(9);
        assertThat(Others.changes(othersBefore, others.read())).isEmpty();
        Map<String, JsonNode> after = stage.everything();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.remove("configmaps bank/istio-ca-root-cert")).isNull();
        assertThat(after).isEqualTo(before);
    }

    /** What istiods make, and what they leave in namespaces that were members. */
    private void atRunTime() {
        put("Secret", "v1", "two", "istio-ca-secret", "data: {ca-cert.pem: Uk9PVCAy}");
        for (String namespace : List.of("two", "shop")) {
            put("ConfigMap", "v1", namespace, "istio-ca-root-cert", "data: {root-cert.pem: \"ROOT 2\\n\"}");
        }
        put("Lease", "coordination.k8s.io/v1", "two", "istio-leader", "spec: {}");
        put(
                "GatewayClass",
                "gateway.networking.k8s.io/v1",
                "",
                "istio-two",
                "spec: {controllerName: istio.io/gateway-controller-two}");
    }

    private void put(String kind, String apiVersion, String namespace, String name, String more) {
        stage.api.put(
                """
                apiVersion: %s
                kind: %s
                metadata: {name: %s%s, labels: {istio.io/config: "true"}}
                %s
                """.formatted(apiVersion, kind, name, namespace.isEmpty() ? "" : ", namespace: " + namespace, more));
    }

    @Test
    void allThatPointsAtItIsListedAndNothingIsDone() throws Exception {
        stage.api.put("two", Map.of("usergroup", "two"));
        stage.api.put("shop", Map.of("usergroup", "two"));
        stage.api.put("old", Map.of("istio.io/rev", "stable"));
        atRunTime();
        put("Gateway", "gateway.networking.k8s.io/v1", "old", "front", "spec: {gatewayClassName: istio-two}");
        stage.api.put("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: old, annotations: {istio.io/rev: two}}
                spec: {containers: [{name: a, image: b}]}
                """);
        stage.api.put("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: ingress, namespace: two}
                """);
        webhook("Validating", "istiod-default-validator", "");
        webhook("Mutating", "istio-revision-tag-prod-two", "istio.io/tag: prod, istio.io/rev: two");
        Map<String, JsonNode> before = stage.everything();
        ObstacleException refused = catchThrowableOfType(ObstacleException.class, () -> remove(0));
        assertThat(refused.obstacles())
                .extracting(line -> line.substring(0, line.indexOf('(') - 1))
                .containsExactlyInAnyOrder(
                        "Namespace shop: a member",
                        "Namespace old: injected by stable",
                        "Pods in namespace old of two: web",
                        "Gateway old/front: of class istio-two",
                        "MutatingWebhookConfiguration istio-revision-tag-prod-two: tag prod, set by something else",
                        "ValidatingWebhookConfiguration istiod-default-validator: sends configuration to this control plane",
                        "Deployment two/ingress: in the system namespace, which is to go");
        assertThat(stage.everything()).isEqualTo(before);
    }

    private void webhook(String kind, String name, String labels) {
        stage.api.put("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: %sWebhookConfiguration
                metadata: {name: %s, labels: {%s}}
                webhooks: [{name: a.example.com, clientConfig: {service: {name: istiod-two, namespace: two}}}]
                """.formatted(kind, name, labels));
    }

    /** A canary comes, the tag moves to it, and the old revision goes once nothing uses it. */
    @Test
    void aRevisionIsReplacedByACanary() throws Exception {
        stage.apply(Stage.desired(TWO));
        Usergroup canary = Stage.usergroup("two", List.of("two", "two-new"), Map.of("stable", "two"));
        stage.apply(Stage.desired(canary));
        assertThat(stage.api.find("deployments", "two", "istiod-two-new")).isNotNull();
        int before = tagVersion();

        Usergroup moved = Stage.usergroup("two", List.of("two-new"), Map.of("stable", "two-new"));
        stage.api.put("shop", Map.of("usergroup", "two", "istio.io/rev", "two"));
        stage.told.clear();
        stage.apply(Stage.desired(moved));
        assertThat(stage.told).contains("update MutatingWebhookConfiguration istio-revision-tag-stable-two");
        assertThat(tagVersion()).as("writes of the tag").isEqualTo(before + 1);
        assertThat(Retired.of(Tenancy.of(List.of(moved)), Survey.of(stage.objects)))
                .extracting(Retired::name)
                .containsExactly("two");

        RevisionRemoval removal = new RevisionRemoval(
                stage.objects, stage.helm, stage.patience(), new Stage.Told(stage.told, 0), Tenancy.of(List.of(moved)));
        assertThatThrownBy(() -> removal.revision(moved, "two"))
                .hasMessageStartingWith("Namespace shop: injected by two");
        assertThatThrownBy(() -> removal.revision(moved, "two-new")).hasMessageStartingWith("the tenancy has two-new");
        stage.api.put("shop", Map.of("usergroup", "two", "istio.io/rev", "stable"));
        removal.revision(moved, "two");
        assertThat(stage.api.find("deployments", "two", "istiod-two")).isNull();
        assertThat(stage.api.find("validatingwebhookconfigurations", "", "marchwarden-istio-validator-two"))
                .isNull();
        assertThat(stage.plan(Stage.desired(moved)).steps()).allMatch(Plan.PlannedStep::isDone);
        assertThat(Retired.of(Tenancy.of(List.of(moved)), Survey.of(stage.objects)))
                .isEmpty();
    }

    private int tagVersion() {
        return Objects.requireNonNull(
                        stage.api.find("mutatingwebhookconfigurations", "", "istio-revision-tag-stable-two"))
                .at("/metadata/generation")
                .asInt();
    }
}
