package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a namespace becomes a member. What helm would have made is put there by the test: this takes no helm. */
@Timeout(60)
class AssignmentTest {
    private static final Usergroup MESH = Stage.usergroup("mesh", List.of("new", "old"), Map.of("stable", "old"));
    private static final Usergroup OTHER = Stage.usergroup("other", List.of("other"), Map.of());
    private static final Tenancy TENANCY = Tenancy.of(List.of(MESH, OTHER));

    @TempDir
    private Path directory;

    private Stage stage;
    private StandInApiServer api;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(directory);
        api = stage.api;
        api.put("mesh", Map.of("usergroup", "mesh"));
        api.put("shop", Map.of("team", "a"));
        for (String revision : MESH.revisions()) {
            api.put("""
                    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "istiod-%s", "namespace": "mesh"}}
                    """.formatted(revision));
            injector("istio-sidecar-injector-" + revision + "-mesh", revision);
        }
        injector("istio-revision-tag-stable-mesh", "old");
        apply(Map.of("mesh", List.of("bank", "mesh")));
    }

    private void injector(String name, String revision) {
        api.put("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: %s, labels: {istio.io/rev: %s}}
                """.formatted(name, revision));
    }

    /** The policy on identities alone. */
    private void apply(Map<String, List<String>> members) throws Exception {
        ObjectWriter writer = new ObjectWriter(stage.cluster, stage.limits());
        for (Step step : Stage.desired(members, MESH).steps()) {
            if (step instanceof Step.Objects its && its.name().equals("mesh/identities")) {
                writer.write(its.objects().getFirst());
            }
        }
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private Assignment assignment(Usergroup usergroup, String label) {
        return new Assignment(stage.cluster, TENANCY, usergroup, label);
    }

    @Test
    void bothLabelsComeInOneWriteAfterTheOthersLetItIn() throws Exception {
        int before = Integer.parseInt(version("shop"));
        assertThat(assignment(MESH, "new").assign("shop")).isTrue();
        assertThat(api.labels("shop"))
                .containsEntry("usergroup", "mesh")
                .containsEntry("istio.io/rev", "new")
                .containsEntry("team", "a");
        JsonNode policy = Objects.requireNonNull(api.find("authorizationpolicies", "mesh", "mesh-identities"));
        assertThat(policy.at("/spec/rules/1/from/0/source/notNamespaces"))
                .extracting(JsonNode::asText)
                .containsExactly("bank", "mesh", "shop");
        assertThat(policy.at("/metadata/resourceVersion").asInt())
                .as("first let in, then labelled")
                .isBetween(before, Integer.parseInt(version("shop")) - 1);
        assertThat(assignment(MESH, "new").assign("shop")).isFalse();
        Plan plan = stage.plan(Stage.desired(Map.of("mesh", List.of("bank", "mesh", "shop")), MESH));
        assertThat(plan.steps())
                .filteredOn(planned -> planned.step().name().equals("mesh/identities"))
                .allMatch(Plan.PlannedStep::isDone);
    }

    private String version(String namespace) {
        return Objects.requireNonNull(api.find("namespaces", "", namespace))
                .at("/metadata/resourceVersion")
                .asText();
    }

    @Test
    void aTagIsALabelToo() throws Exception {
        Assignment stable = assignment(MESH, "stable");
        assertThat(stable.revision()).isEqualTo("old");
        stable.assign("shop");
        assertThat(api.labels("shop")).containsEntry("istio.io/rev", "stable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kube-system | namespace kube-system: protected by the tenancy",
                "other | namespace other: the system namespace of usergroup other",
                "nowhere | namespace nowhere: there is none (expected: one that is there; `kubectl create namespace nowhere`)",
                "leaving | namespace leaving: it is being deleted",
                "foreign | namespace foreign: a member of usergroup other (expected: one of none; its owner releases it with"
                        + " `kubectl label namespace foreign usergroup- istio.io/rev-`)",
                "half | namespace half: a member of usergroup other",
                "default-mesh | namespace default-mesh: labelled istio-injection=enabled",
                "ambient | namespace ambient: labelled istio.io/dataplane-mode=ambient"
            })
    void whatIsNotToBeHadIsRefused(String namespace, String reason) {
        api.put("leaving", Map.of());
        api.terminate("leaving");
        api.put("foreign", Map.of("usergroup", "other", "istio.io/rev", "other"));
        api.put("half", Map.of("istio.io/rev", "other"));
        api.put("default-mesh", Map.of("istio-injection", "enabled"));
        api.put("ambient", Map.of("istio.io/dataplane-mode", "ambient"));
        Map<String, JsonNode> before = stage.everything();
        assertThatThrownBy(() -> assignment(MESH, "new").assign(namespace))
                .isInstanceOf(ObstacleException.class)
                .hasMessageStartingWith(reason);
        assertThat(stage.everything()).isEqualTo(before);
    }

    @Test
    void whatNobodyServesIsRefused() {
        assertThatThrownBy(() -> assignment(OTHER, "other").assign("shop"))
                .hasMessageStartingWith("Deployment other/istiod-other: there is none");
        injector("istio-revision-tag-stable-mesh", "new");
        assertThatThrownBy(() -> assignment(MESH, "stable").assign("shop"))
                .hasMessageStartingWith(
                        "MutatingWebhookConfiguration istio-revision-tag-stable-mesh: it is not of revision old");
    }

    @Test
    void whatRunsAlreadyIsRestartedIfItHasAnothersSidecar() throws Exception {
        for (String name : List.of("web", "done")) {
            api.put("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: %s, namespace: shop, uid: deployment-%s}
                    spec: {selector: {matchExpressions: [{key: app, operator: In, values: [%s]}]}, template: {metadata: {labels: {app: %s}}}}
                    """.formatted(name, name, name, name));
            api.put("""
                    apiVersion: apps/v1
                    kind: ReplicaSet
                    metadata: {name: %s-1, namespace: shop, uid: set-%s, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %s, uid: deployment-%s}]}
                    spec: {selector: {matchLabels: {app: %s}}}
                    """.formatted(name, name, name, name, name));
        }
        pod("web-1", "web", "old", "set-web");
        pod("done-1", "done", "new", "set-done");
        // The labels of a workload, and nothing of it.
        pod("alone", "done", "", "somebody");
        Workloads workloads = new Workloads(stage.cluster, "shop");
        Workloads.Stale stale = workloads.stale("new");
        assertThat(stale.workloads()).extracting(Object::toString).containsExactly("Deployment shop/web");
        assertThat(stale.pods()).containsExactly("alone");
        workloads.restart(stale.workloads().getFirst(), InstantSource.fixed(Instant.parse("2026-11-22T07:00:00.5Z")));
        assertThat(Objects.requireNonNull(api.find("deployments", "shop", "web"))
                        .at("/spec/template/metadata/annotations")
                        .path("kubectl.kubernetes.io/restartedAt")
                        .asText())
                .isEqualTo("2026-11-22T07:00:00Z");
    }

    private void pod(String name, String app, String revision, String owner) {
        api.put("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: shop
                  labels: {app: %s}
                  annotations: {istio.io/rev: "%s"}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: %s}]
                spec: {containers: [{name: a, image: b}]}
                """.formatted(name, app, revision, owner));
    }
}
