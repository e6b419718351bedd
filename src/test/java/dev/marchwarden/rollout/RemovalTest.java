package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How control planes go. */
@Timeout(180)
class RemovalTest {
    private static final Usergroup ONE = Stage.usergroup("one", List.of("one"), Map.of());
    private static final Usergroup TWO = Stage.usergroup("two", List.of("two"), Map.of("stable", "two"));
    private static final Tenancy BOTH = Tenancy.of(List.of(ONE, TWO));

    @TempDir
    private Path directory;

    private Stage stage;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(directory);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void remove(int interruptAfter) throws Exception {
        new UsergroupRemoval(
                        stage.cluster,
                        stage.helm,
                        stage.limits(),
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
            put("ConfigMap", "v1", namespace, "istio-ca-crl", "data: {ca-crl.pem: LIST}");
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
                        "Deployment two/ingress: in the system namespace, which will be deleted");
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
        assertThat(Orphan.of(Tenancy.of(List.of(moved)), ClusterInventory.of(stage.cluster)))
                .extracting(Orphan::name)
                .containsExactly("two");

        RevisionRemoval removal = new RevisionRemoval(
                stage.cluster, stage.helm, stage.limits(), new Stage.Told(stage.told, 0), Tenancy.of(List.of(moved)));
        assertThatThrownBy(() -> removal.revision(moved, "two"))
                .hasMessageStartingWith("Namespace shop: injected by two");
        assertThatThrownBy(() -> removal.revision(moved, "two-new")).hasMessageStartingWith("the tenancy has two-new");
        stage.api.put("shop", Map.of("usergroup", "two", "istio.io/rev", "stable"));
        removal.revision(moved, "two");
        assertThat(stage.api.find("deployments", "two", "istiod-two")).isNull();
        assertThat(stage.api.find("validatingwebhookconfigurations", "", "marchwarden-istio-validator-two"))
                .isNull();
        assertThat(stage.plan(Stage.desired(moved)).steps()).allMatch(Plan.PlannedStep::isDone);
        assertThat(Orphan.of(Tenancy.of(List.of(moved)), ClusterInventory.of(stage.cluster)))
                .isEmpty();
    }

    private int tagVersion() {
        return Objects.requireNonNull(
                        stage.api.find("mutatingwebhookconfigurations", "", "istio-revision-tag-stable-two"))
                .at("/metadata/generation")
                .asInt();
    }

    @Test
    void aTagGoesOnceNothingUsesIt() throws Exception {
        stage.apply(Stage.desired(TWO));
        Map<String, JsonNode> before = stage.everything();
        Usergroup without = Stage.usergroup("two", List.of("two"), Map.of());
        Tenancy tenancy = Tenancy.of(List.of(without));
        assertThat(Orphan.of(tenancy, ClusterInventory.of(stage.cluster)))
                .extracting(Orphan::toString)
                .containsExactly(
                        "tag stable: not in the tenancy any more, but still in the cluster (`marchwarden bootstrap remove --tag stable` removes it)");
        assertThatThrownBy(() -> removal(BOTH).tag(TWO, "stable")).hasMessageStartingWith("the tenancy has stable");
        stage.api.put("shop", Map.of("usergroup", "two", "istio.io/rev", "stable"));
        assertThatThrownBy(() -> removal(tenancy).tag(without, "stable"))
                .hasMessageStartingWith("Namespace shop: injected by stable");
        stage.api.remove("namespaces", "", "shop");
        assertThat(stage.everything()).isEqualTo(before);

        removal(tenancy).tag(without, "stable");
        before.remove("mutatingwebhookconfigurations /istio-revision-tag-stable-two");
        before.remove("services two/istiod-revision-tag-stable");
        assertThat(stage.everything()).isEqualTo(before);
        stage.told.clear();
        removal(tenancy).tag(without, "stable");
        assertThat(stage.told).noneMatch(line -> line.startsWith("delete"));
    }

    private RevisionRemoval removal(Tenancy tenancy) {
        return new RevisionRemoval(stage.cluster, stage.helm, stage.limits(), new Stage.Told(stage.told, 0), tenancy);
    }

    /** One that ends slowly would write anew what is deleted. */
    @Test
    void nothingOfAnIstiodIsDeletedBeforeItHasEnded() throws Exception {
        stage.api.put("two", Map.of("usergroup", "two"));
        atRunTime();
        stage.api.put("""
                apiVersion: v1
                kind: Pod
                metadata: {name: istiod-two-1, namespace: two, labels: {app: istiod, istio.io/rev: two}}
                spec: {containers: [{name: discovery, image: pilot}]}
                """);
        UsergroupRemoval removal = new UsergroupRemoval(
                stage.cluster,
                stage.helm,
                new WaitLimits(Duration.ofMillis(50), Duration.ofMillis(10)),
                new Stage.Told(stage.told, 0),
                BOTH,
                "two",
                "two");
        assertThatThrownBy(removal::remove)
                .hasMessageStartingWith(
                        "pods in namespace two with app=istiod are still there after 0 s (expected: that they end");
        assertThat(stage.told).endsWith("waits for pods in namespace two with app=istiod to end");
        assertThat(stage.api.find("secrets", "two", "istio-ca-secret")).isNotNull();
        stage.api.remove("pods", "two", "istiod-two-1");
        remove(0);
        assertThat(stage.api.find("namespaces", "", "two")).isNull();
    }

    /** Each istiod makes it and none owns it. */
    @Test
    void aGatewayClassOfAllGoesWithTheLastThatUsesIt() throws Exception {
        stage.api.put("two", Map.of("usergroup", "two"));
        put(
                "GatewayClass",
                "gateway.networking.k8s.io/v1",
                "",
                "istio-remote",
                "spec: {controllerName: istio.io/unmanaged-gateway}");
        put(
                "GatewayClass",
                "gateway.networking.k8s.io/v1",
                "",
                "istio-agentgateway",
                "spec: {controllerName: istio.io/agentgateway-controller}");
        put(
                "GatewayClass",
                "gateway.networking.k8s.io/v1",
                "",
                "istio-waypoint",
                "spec: {controllerName: example.com/not-of-istio}");
        stage.api.put("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: istiod, namespace: default, labels: {app: istiod}}}
                """);
        remove(0);
        assertThat(stage.api.find("gatewayclasses", "", "istio-remote")).isNotNull();
        assertThat(stage.api.find("gatewayclasses", "", "istio-agentgateway")).isNotNull();
        stage.api.remove("deployments", "default", "istiod");
        stage.api.put("shop", Map.of());
        put("Gateway", "gateway.networking.k8s.io/v1", "shop", "front", "spec: {gatewayClassName: istio-remote}");
        remove(0);
        assertThat(stage.api.find("gatewayclasses", "", "istio-remote")).isNotNull();
        assertThat(stage.api.find("gatewayclasses", "", "istio-agentgateway")).isNull();
        stage.api.remove("gateways.gateway.networking.k8s.io", "shop", "front");
        remove(0);
        assertThat(stage.api.find("gatewayclasses", "", "istio-remote")).isNull();
        assertThat(stage.api.find("gatewayclasses", "", "istio-waypoint")).isNotNull();
    }

    /** Cut off after each act, and found again by what is there alone. */
    @ParameterizedTest
    @ValueSource(strings = {"istio-system", "two"})
    void whatTheTenancyHasNoMoreIsFoundUntilNothingIsLeft(String systemNamespace) throws Exception {
        Usergroup two = new Usergroup(
                "two",
                systemNamespace,
                List.of("two"),
                Map.of(),
                Subjects.NOBODY,
                Subjects.NOBODY,
                Isolation.USERGROUP);
        stage.apply(Stage.desired(two));
        Tenancy without = Tenancy.of(List.of(ONE));
        InstalledLocations origins = new InstalledLocations(stage.cluster, without);
        int acts = 0;
        for (String found = origins.systemNamespace("two"); found != null; found = origins.systemNamespace("two")) {
            assertThat(found).isEqualTo(systemNamespace);
            UsergroupRemoval removal = new UsergroupRemoval(
                    stage.cluster, stage.helm, stage.limits(), new OneAct(), without, "two", found);
            try {
                removal.remove();
            } catch (CutOffException e) {
                acts++;
            }
        }
        assertThat(acts).isGreaterThan(1);
        assertThat(stage.everything().keySet())
                .noneMatch(
                        name -> name.matches(
                                "(peerauthentications|authorizationpolicies|networkpolicies|deployments|.*webhookconfigurations) .*"));
        assertThat(ClusterInventory.of(stage.cluster).members(without, "two")).isEmpty();
        assertThat(stage.api.labels("istio-system")).isNotNull();
    }

    @Test
    void aSystemNamespaceThatHangsIsFoundWithoutItsPolicy() throws Exception {
        InstalledLocations origins = new InstalledLocations(stage.cluster, Tenancy.of(List.of(ONE)));
        String namespace = """
                {apiVersion: v1, kind: Namespace,
                 metadata: {name: two, labels: {usergroup: two}, finalizers: [example.com/x]}}
                """;
        stage.api.put(namespace);
        assertThat(origins.systemNamespace("two")).isNull();
        stage.cluster.delete(Kind.NAMESPACE, Objects.requireNonNull(stage.cluster.find(Kind.NAMESPACE, "", "two")));
        assertThat(stage.cluster.find(Kind.NAMESPACE, "", "two")).isNotNull();
        assertThat(origins.systemNamespace("two")).isEqualTo("two");
    }

    /** Whoever writes into a namespace of nobody does not make it a system namespace that goes. */
    @Test
    void aNamespaceWithoutTheLabelIsNotDeleted() throws Exception {
        stage.api.put("shop", Map.of("team", "a"));
        stage.api.put("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: a, namespace: shop, labels: {app.kubernetes.io/managed-by: marchwarden}}
                spec: {ingress: [{from: [{namespaceSelector: {matchLabels: {usergroup: two}}}]}]}
                """);
        Tenancy without = Tenancy.of(List.of(ONE));
        String found = new InstalledLocations(stage.cluster, without).systemNamespace("two");
        assertThat(found).isEqualTo("shop");
        new UsergroupRemoval(
                        stage.cluster,
                        stage.helm,
                        stage.limits(),
                        new Stage.Told(stage.told, 0),
                        without,
                        "two",
                        "shop")
                .remove();
        assertThat(stage.api.labels("shop")).containsEntry("team", "a");
    }

    private static final class CutOffException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Lets one thing be done, and ends the work before the second. */
    private static final class OneAct implements Progress {
        private boolean isDone;

        @Override
        public void begins(int number, int total, String name) {}

        @Override
        public void does(String what) {
            if (isDone) {
                throw new CutOffException();
            }
            isDone = true;
        }

        @Override
        public void waits(String what) {}

        @Override
        public void ends(Duration elapsed, boolean didChange) {}
    }

    @Test
    void aNamespaceThatHoldsTheBaseStaysAndIsNoSystemNamespaceAnyMore() throws Exception {
        Usergroup shared = new Usergroup(
                "two", "istio-system", List.of("two"), Map.of(), Subjects.NOBODY, Subjects.NOBODY, Isolation.USERGROUP);
        stage.apply(Stage.desired(shared));
        assertThat(stage.api.labels("istio-system")).containsEntry("usergroup", "two");
        new UsergroupRemoval(
                        stage.cluster,
                        stage.helm,
                        stage.limits(),
                        new Stage.Told(stage.told, 0),
                        Tenancy.of(List.of(shared)),
                        "two",
                        "istio-system")
                .remove();
        assertThat(stage.api.labels("istio-system")).isNotNull().doesNotContainKey("usergroup");
        assertThat(stage.helm.releaseNames("istio-system")).containsExactly("istio-base");
        assertThat(stage.everything().keySet())
                .noneMatch(
                        name -> name.matches(
                                "(peerauthentications|authorizationpolicies|networkpolicies|deployments|.*webhookconfigurations) .*"));
    }
}
