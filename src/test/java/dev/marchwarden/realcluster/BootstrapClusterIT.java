package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.KubernetesTool;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The guide's meshes, from an empty cluster to an empty cluster, with Marchwarden's webhook in front of all of it, by helm 4 and at times by
 * helm 3. One story: each chapter goes on where the one before has ended.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BootstrapClusterIT {
    private static final Duration TO_STOP = Duration.ofSeconds(30);
    /** Of namespaces that stay, what Kubernetes makes in each, and the base chart's release, kinds and group versions. */
    private static final Pattern STAYS = Pattern.compile("namespaces istio-system"
            + "|(configmaps|serviceaccounts|secrets) istio-system/(kube-root-ca.crt|openshift-service-ca.crt|default|sh.helm.release.v1.istio-base.v\\d+)"
            + "|customresourcedefinitions.apiextensions.k8s.io .*\\.istio\\.io"
            + "|apiservices.apiregistration.k8s.io .*\\.istio\\.io");

    /** New ones take the places of old ones; heartbeats. */
    private static final Predicate<String> CHANGES = Pattern.compile(
                    "(pods|replicasets.apps|deployments.apps|endpoints|endpointslices.discovery.k8s.io) app-ns-.*|leases.* kube-.*|nodes.*")
            .asMatchPredicate();

    private MeshCluster mesh;
    private Installation webhook;
    private Map<String, JsonNode> empty;

    @BeforeAll
    void open() throws Exception {
        mesh = MeshCluster.open("bootstrap");
        webhook = new Installation(mesh.cluster(), mesh.tenancy(), "workloads.enabled=true");
        mesh.awaitRollouts(MeshCluster.NAMESPACES);
        empty = listing();
    }

    @AfterAll
    void close() throws IOException {
        if (webhook != null) {
            webhook.close();
        }
        if (mesh != null) {
            mesh.close();
        }
    }

    private Map<String, JsonNode> listing() throws IOException, InterruptedException {
        Map<String, JsonNode> all = ClusterListing.of(mesh.api());
        all.keySet().removeIf(CHANGES);
        return all;
    }

    @Test
    @Order(1)
    void inAnEmptyClusterAllIsToBeDone() throws Exception {
        assertThat(mesh.bootstrap(1, "plan").out()).contains("16 steps: 16 to create, 0 to update, 0 unchanged");
        assertThat(listing()).isEqualTo(empty);
    }

    @Test
    @Order(2)
    void whatIsInterruptedGoesOnAndThenHasNothingToDo() throws Exception {
        mesh.useHelm(KubernetesTool.HELM_3);
        mesh.kubelet().full(true);
        try (Daemon apply = mesh.bootstrapping("interrupted", "apply")) {
            apply.await(
                    "the pod of an istiod is pending",
                    TO_STOP.multipliedBy(2),
                    () -> !mesh.pods("usergroup-1").isEmpty());
            assertThat(apply.interrupt(TO_STOP)).isNotZero();
            assertThat(apply.log())
                    .contains("marchwarden: stopped at usergroup-1/istiod-usergroup-1: ", "interrupted")
                    .contains("  done: base-namespace, base, usergroup-1/namespace, ")
                    .contains("  not done: usergroup-1/validator, usergroup-2/namespace, ");
        }
        mesh.kubelet().full(false);
        mesh.useHelm(KubernetesTool.HELM);
        assertThat(mesh.bootstrap(0, "apply").out())
                .containsPattern("9 created, 0 updated, 7 unchanged|8 created, 1 updated, 7 unchanged");
        Map<String, JsonNode> once = listing();
        assertThat(mesh.bootstrap(0, "plan").out()).contains("0 to create, 0 to update, 16 unchanged");
        assertThat(mesh.bootstrap(0, "apply").out()).contains("0 created, 0 updated, 16 unchanged");
        assertThat(listing()).isEqualTo(once);
        assertThat(mesh.bootstrap(0, "status").out().lines())
                .contains(
                        "usergroup usergroup-1, revision usergroup-1: istiod-1.30.3, available, 0 namespaces",
                        "usergroup usergroup-2, revision usergroup-2: istiod-1.30.3, available, 0 namespaces");
    }

    @Test
    @Order(3)
    void driftIsRepaired() throws Exception {
        Map<String, JsonNode> before = listing();
        edit("peerauthentication", "usergroup-1-peerauth", "usergroup-1", """
                {"spec": {"mtls": {"mode": "PERMISSIVE"}, "selector": {"matchLabels": {"app": "a"}}}}
                """);
        edit("networkpolicy", "marchwarden-istiod", "usergroup-2", """
                {"spec": {"ingress": [{}]}}
                """);
        edit("validatingwebhookconfiguration", "marchwarden-istio-validator-usergroup-2", "", """
                {"webhooks": null}
                """);
        exempted().must("delete", "authorizationpolicy", "usergroup-2-identities", "-n", "usergroup-2");
        assertThat(mesh.bootstrap(1, "plan").out())
                .contains(
                        "spec.mtls.mode: PERMISSIVE -> STRICT",
                        "spec.selector",
                        "create AuthorizationPolicy usergroup-2/usergroup-2-identities",
                        "update ValidatingWebhookConfiguration marchwarden-istio-validator-usergroup-2",
                        "1 to create, 3 to update, 12 unchanged");
        assertThat(mesh.verify(1).out().replaceAll("\\s+", " "))
                .contains("error revision usergroup-1: no PeerAuthentication for the whole mesh in usergroup-1")
                .contains(
                        "error usergroup-2/istiod-usergroup-2: NetworkPolicy marchwarden-istiod lets anybody reach XDS")
                .contains("error configuration of usergroup-2: no webhook selects it")
                .contains("error usergroup-2: no AuthorizationPolicy in usergroup-2")
                .contains("5 errors: the meshes are not separated as they should be");
        assertThat(mesh.bootstrap(0, "apply").out()).contains("1 created, 3 updated");
        assertThat(mesh.bootstrap(0, "plan").out()).contains("16 unchanged");
        Map<String, JsonNode> after = listing();
        String anew = "authorizationpolicies.security.istio.io usergroup-2/usergroup-2-identities";
        assertThat(spec(Objects.requireNonNull(after.remove(anew))))
                .isEqualTo(spec(Objects.requireNonNull(before.remove(anew))));
        assertThat(after).isEqualTo(before);
    }

    /** By somebody whom the border is not there for: others' drift does not get past it. */
    private void edit(String kind, String name, String namespace, String patch) throws Exception {
        String[] where = namespace.isEmpty() ? new String[0] : new String[] {"-n", namespace};
        List<String> arguments = new ArrayList<>(List.of("patch", kind, name, "--type=merge", "-p", patch));
        arguments.addAll(List.of(where));
        exempted().must(arguments.toArray(String[]::new));
    }

    private Kubectl exempted() {
        return mesh.admin().as("system:serviceaccount:kube-system:namespace-controller", List.of("system:masters"));
    }

    private static JsonNode spec(JsonNode object) {
        return object.path("spec");
    }

    @Test
    @Order(4)
    void membersAreInjectedAndValidatedByTheirOwnIstiodAndByNoOther() throws Exception {
        mesh.istiods().forgetCalls();
        mesh.assignAll();
        for (String namespace : MeshCluster.NAMESPACES) {
            String usergroup = MeshCluster.usergroupOf(namespace);
            assertInjected(namespace, usergroup, usergroup);
            mesh.admin().mustReading("""
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: httpbin}
                    spec: {hosts: [httpbin], http: [{route: [{destination: {host: httpbin}}]}]}
                    """, "create", "-n", namespace, "-f", "-");
        }
        assertThat(mesh.istiods().calls().stream()
                        .map(call -> call.revision() + " " + call.path().split("/")[1] + " " + call.namespace())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "usergroup-1 inject app-ns-1",
                        "usergroup-2 inject app-ns-2",
                        "usergroup-2 inject app-ns-3",
                        "usergroup-1 validate app-ns-1",
                        "usergroup-2 validate app-ns-2",
                        "usergroup-2 validate app-ns-3");
        Set<String> uids = uids("app-ns-1");
        assertThat(mesh.bootstrap(0, "assign", "app-ns-1", "--usergroup", "usergroup-1", "--restart")
                        .out())
                .contains("was a member of usergroup usergroup-1 already");
        mesh.awaitRollouts(List.of("app-ns-1"));
        assertThat(uids("app-ns-1")).isEqualTo(uids);
        assertThat(mesh.bootstrap(0, "plan").out()).contains("16 unchanged");
        assertThat(mesh.verify(0).out().replaceAll("\\s+", " "))
                .contains(
                        "ok usergroup-1: a root of its own",
                        "ok app-ns-1: 2 pods of usergroup-1 (1 native, 1 classic)",
                        "ok app-ns-3: 2 pods of usergroup-2 (1 native, 1 classic)",
                        "ok app-ns-2: read by usergroup-2, injected by usergroup-2/istiod-usergroup-2",
                        "PROXY USERGROUP REVISION ISTIOD VERSION READY httpbin-",
                        ", 0 errors: the meshes are separate");
    }

    private void assertInjected(String namespace, String usergroup, String revision) throws Exception {
        assertThat(mesh.pods(namespace)).as(namespace).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.at("/metadata/annotations").path("istio.io/rev").asText())
                    .isEqualTo(revision);
            boolean isNative = pod.at("/metadata/labels/app").asText().equals("httpbin");
            JsonNode sidecar = pod.at(isNative ? "/spec/initContainers" : "/spec/containers")
                    .valueStream()
                    .filter(container -> container.path("name").asText().equals("istio-proxy"))
                    .findFirst()
                    .orElseThrow();
            assertThat(sidecar.path("env"))
                    .anySatisfy(variable -> assertThat(variable.toString())
                            .isEqualTo("{\"name\":\"CA_ADDR\",\"value\":\"istiod-%s.%s.svc:15012\"}"
                                    .formatted(revision, usergroup)));
        });
        assertThat(mesh.api()
                        .get("/api/v1/namespaces/" + namespace + "/configmaps/istio-ca-root-cert")
                        .at("/data/root-cert.pem")
                        .asText())
                .startsWith("-----BEGIN CERTIFICATE-----");
    }

    private Set<String> uids(String namespace) throws Exception {
        return mesh.pods(namespace).stream()
                .map(pod -> pod.at("/metadata/uid").asText())
                .collect(Collectors.toSet());
    }

    @Test
    @Order(5)
    void aCanaryTakesOverWhenTheTagIsMoved() throws Exception {
        mesh.useHelm(KubernetesTool.HELM_3);
        tenancy("usergroup-1, usergroup-1-canary", "usergroup-1-stable: usergroup-1");
        assertThat(mesh.bootstrap(0, "apply").out())
                .contains("create HelmRelease usergroup-1/istiod-usergroup-1-canary");
        assertThat(mesh.bootstrap(0, "plan").out()).contains("20 unchanged");
        mesh.bootstrap(0, "assign", "app-ns-1", "--usergroup", "usergroup-1", "--tag", "usergroup-1-stable");

        tenancy("usergroup-1, usergroup-1-canary", "usergroup-1-stable: usergroup-1-canary");
        assertThat(mesh.bootstrap(0, "apply").out())
                .contains("update MutatingWebhookConfiguration istio-revision-tag-usergroup-1-stable-usergroup-1");
        Set<String> uids = uids("app-ns-1");
        mesh.istiods().forgetCalls();
        mesh.bootstrap(
                0, "assign", "app-ns-1", "--usergroup", "usergroup-1", "--tag", "usergroup-1-stable", "--restart");
        mesh.awaitRollouts(List.of("app-ns-1"));
        assertThat(uids("app-ns-1")).doesNotContainAnyElementsOf(uids);
        assertInjected("app-ns-1", "usergroup-1", "usergroup-1-canary");
        assertThat(mesh.verify(0).out()).contains("app-ns-1: 2 pods of usergroup-1-canary");
        assertThat(mesh.istiods().calls())
                .isNotEmpty()
                .allMatch(call -> call.revision().equals("usergroup-1-canary"));

        tenancy("usergroup-1-canary", "usergroup-1-stable: usergroup-1-canary");
        mesh.bootstrap(0, "apply");
        mesh.bootstrap(0, "remove", "--revision", "usergroup-1");
        assertThat(mesh.admin()
                        .run("get", "deployment", "istiod-usergroup-1", "-n", "usergroup-1")
                        .err())
                .contains("not found");

        mesh.useHelm(KubernetesTool.HELM);
        tenancy("usergroup-1-canary", "");
        assertThat(mesh.bootstrap(1, "remove", "--tag", "usergroup-1-stable").err())
                .contains("Namespace app-ns-1: injected by usergroup-1-stable");
        mesh.bootstrap(0, "assign", "app-ns-1", "--usergroup", "usergroup-1");
        mesh.bootstrap(0, "remove", "--tag", "usergroup-1-stable");
        assertThat(mesh.bootstrap(0, "plan").out()).contains("16 unchanged").doesNotContain("not of the tenancy");
    }

    private void tenancy(String revisions, String tags) throws Exception {
        Files.writeString(mesh.tenancy(), """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: default}
            spec:
              usergroups:
              - {name: usergroup-1, revisions: [%s], tags: {%s}}
              - name: usergroup-2
            """.formatted(revisions, tags));
        for (String label : (revisions + (tags.isEmpty() ? "" : ", " + tags.replaceAll(":.*", ""))).split(", ")) {
            mesh.await(
                    "the webhook knows " + label,
                    () -> mesh.admin()
                                    .reading("""
                            apiVersion: v1
                            kind: Namespace
                            metadata: {name: probe, labels: {usergroup: usergroup-1, istio.io/rev: %s}}
                            """.formatted(label), List.of("create", "--dry-run=server", "-f", "-"))
                                    .exit()
                            == 0);
        }
    }

    @Test
    @Order(6)
    void removalIsRefusedWhileAnythingPointsAtIt() throws Exception {
        Map<String, JsonNode> before = listing();
        assertThat(mesh.bootstrap(1, "remove", "--usergroup", "usergroup-2").err())
                .contains(
                        "marchwarden: nothing was removed, because of:",
                        "  Namespace app-ns-2: a member",
                        "  Namespace app-ns-3: a member",
                        "  Namespace app-ns-2: injected by usergroup-2",
                        "  Pods in namespace app-ns-2 of usergroup-2: httpbin-",
                        "  Pods in namespace app-ns-3 of usergroup-2: httpbin-")
                .doesNotContain("app-ns-1");
        assertThat(listing()).isEqualTo(before);
    }

    @Test
    @Order(7)
    void whatIsRemovedLeavesTheOthersAsTheyWere() throws Exception {
        letGo(List.of("app-ns-2", "app-ns-3"));
        Map<String, JsonNode> others = of("usergroup-1|app-ns-1", listing());
        mesh.verify(0);
        assertThat(others).hasSizeGreaterThan(25);
        assertThat(mesh.bootstrap(0, "remove", "--usergroup", "usergroup-2").out())
                .contains("nothing of usergroup usergroup-2 is left");
        mesh.await(
                "nothing of usergroup-2 is left",
                () -> of("usergroup-2", listing()).keySet().stream().allMatch(empty::containsKey));
        assertThat(of("usergroup-1|app-ns-1", listing())).isEqualTo(others);
        assertInjected("app-ns-1", "usergroup-1", "usergroup-1-canary");
        assertThat(mesh.bootstrap(0, "remove", "--usergroup", "usergroup-2").out())
                .doesNotContain("delete", "done");
    }

    @Test
    @Order(8)
    void whenAllAreRemovedNothingIsLeftButTheBase() throws Exception {
        letGo(List.of("app-ns-1"));
        mesh.bootstrap(0, "remove", "--usergroup", "usergroup-1");
        Map<String, JsonNode> left = new TreeMap<>();
        mesh.await("all is gone", () -> {
            left.clear();
            left.putAll(listing());
            left.keySet().removeIf(STAYS.asMatchPredicate());
            return left.keySet().equals(empty.keySet());
        });
        assertThat(left).isEqualTo(empty);
    }

    /** Out of the mesh: without labels, configuration or sidecars. */
    private void letGo(List<String> namespaces) throws Exception {
        for (String namespace : namespaces) {
            mesh.admin().must("delete", "virtualservice", "httpbin", "-n", namespace);
            mesh.admin().must("label", "namespace", namespace, "usergroup-", "istio.io/rev-");
            mesh.admin().must("rollout", "restart", "deployment", "-n", namespace);
        }
        mesh.awaitRollouts(namespaces);
    }

    private static Map<String, JsonNode> of(String names, Map<String, JsonNode> all) {
        Pattern pattern = Pattern.compile(".*(" + names + ").*");
        Map<String, JsonNode> some = new TreeMap<>(all);
        some.keySet()
                .removeIf(name ->
                        name.contains("leases") || !pattern.matcher(name).matches());
        return some;
    }
}
