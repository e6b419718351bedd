package dev.marchwarden.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StaticGuardTest {
    private static final String ADMISSION = "admissionregistration.k8s.io";
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String VALIDATING = "validatingwebhookconfigurations";
    private static final String MUTATING = "mutatingwebhookconfigurations";
    private static final String POLICIES = "validatingadmissionpolicies";
    private static final String BINDINGS = "validatingadmissionpolicybindings";

    private static final String HELM = "helm";
    private static final String STRANGER = "cluster-admin";
    private static final String PODS = "system:serviceaccount:marchwarden-system:marchwarden";
    private static final String COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector";
    private static final String ISTIOD = "system:serviceaccount:istio-system-a:istiod-a";
    private static final String OTHER_ISTIOD = "system:serviceaccount:istio-system-b:istiod-b";

    private static final String INJECTOR = """
            metadata: {name: istio-sidecar-injector-a, labels: {istio.io/rev: a}}
            webhooks:
            - name: rev.namespace.sidecar-injector.istio.io
              clientConfig: {service: {name: istiod-a, namespace: istio-system-a}, caBundle: OLD}
              failurePolicy: Fail
              namespaceSelector: {matchLabels: {istio.io/rev: a}}
            """;

    private static final String OURS = """
            metadata: {name: marchwarden}
            webhooks:
            - {name: namespaces.marchwarden.dev, failurePolicy: Fail, clientConfig: {service: {name: marchwarden, namespace: marchwarden-system}}}
            """;

    private static final String OTHER = """
            metadata: {name: cert-manager-webhook}
            webhooks:
            - {name: webhook.cert-manager.io, clientConfig: {service: {name: cert-manager-webhook, namespace: cert-manager}}}
            """;

    private static final String TWIN = """
            metadata: {name: namespaces-deny.twin.marchwarden.dev, ownerReferences: [{kind: ClusterRole, name: marchwarden-twin}]}
            spec: {failurePolicy: Fail}
            """;

    private static final String ROLE = """
            metadata: {name: marchwarden-twin}
            rules: [{apiGroups: [admissionregistration.k8s.io], resourceNames: [namespaces-deny.twin.marchwarden.dev], verbs: [patch]}]
            """;

    private static List<CelPolicy> guard;

    @BeforeAll
    static void render() throws Exception {
        Tenancy tenancy = TenancyFile.parse("test", """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroups:
                  - {name: a, systemNamespace: istio-system-a}
                  - {name: b, systemNamespace: istio-system-b}
                """.getBytes(UTF_8));
        Subjects permitted = new Subjects(Set.of(HELM), Set.of("platform"));
        guard = CelPolicy.of(new StaticGuard(tenancy, permitted, "marchwarden-system", "marchwarden").objects());
    }

    private static List<CelPolicy.Failure> decided(
            String group, String resource, String user, @Nullable String before, @Nullable String after)
            throws Exception {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("operation", before == null ? "CREATE" : after == null ? "DELETE" : "UPDATE");
        JsonNode object = after == null ? null : YamlTrees.MAPPER.readTree(after);
        JsonNode old = before == null ? null : YamlTrees.MAPPER.readTree(before);
        JsonNode named = object == null ? old : object;
        request.put("name", named == null ? "" : named.at("/metadata/name").asText());
        request.putObject("resource").put("group", group).put("version", "v1").put("resource", resource);
        request.putObject("userInfo")
                .put("username", user)
                .putArray("groups")
                .add("system:authenticated")
                .add("system:masters");
        request.set("object", object == null ? JsonNodeFactory.instance.nullNode() : object);
        request.set("oldObject", old == null ? JsonNodeFactory.instance.nullNode() : old);
        return guard.getFirst().failures(request, Set.of());
    }

    private static void assertDenied(
            String group, String resource, String user, @Nullable String before, @Nullable String after)
            throws Exception {
        assertThat(decided(group, resource, user, before, after))
                .as(user + " " + before + " " + after)
                .hasSize(1);
    }

    private static void assertAllowed(
            String group, String resource, String user, @Nullable String before, @Nullable String after)
            throws Exception {
        assertThat(decided(group, resource, user, before, after))
                .as(user + " " + before + " " + after)
                .isEmpty();
    }

    @Test
    void webhooksOfMarchwardenAndIstioAreChangedByThePermitted() throws Exception {
        for (String webhook : List.of(OURS, INJECTOR)) {
            String weaker = webhook.replace("failurePolicy: Fail", "failurePolicy: Ignore");
            for (String resource : List.of(VALIDATING, MUTATING)) {
                assertDenied(ADMISSION, resource, STRANGER, webhook, null);
                assertDenied(ADMISSION, resource, STRANGER, webhook, weaker);
                assertDenied(ADMISSION, resource, STRANGER, null, webhook);
                assertAllowed(ADMISSION, resource, HELM, webhook, null);
                assertAllowed(ADMISSION, resource, HELM, webhook, weaker);
                assertAllowed(ADMISSION, resource, STRANGER, webhook, webhook);
            }
        }
        assertThat(decided(ADMISSION, VALIDATING, STRANGER, OURS, null)
                        .getFirst()
                        .message())
                .isEqualTo(
                        "static-guard: metadata.name is \"marchwarden\", expected a change by helm, group platform: \"cluster-admin\" may"
                                + " not delete a webhook of Marchwarden. Fix: ask one of those, or change the file on the disk of the API"
                                + " server");
        assertAllowed(ADMISSION, VALIDATING, STRANGER, OTHER, null);
        assertAllowed(ADMISSION, MUTATING, STRANGER, null, OTHER);
    }

    @Test
    void whatIsGuardedCannotBeHiddenByAnUpdate() throws Exception {
        assertDenied(ADMISSION, VALIDATING, STRANGER, OURS, "metadata: {name: marchwarden}\nwebhooks: []\n");
        assertDenied(ADMISSION, VALIDATING, STRANGER, OURS, OTHER);
        assertDenied(
                ADMISSION,
                VALIDATING,
                STRANGER,
                OTHER,
                OTHER.replace("namespace: cert-manager", "namespace: istio-system-a"));
        String notInForce = "metadata: {name: marchwarden, annotations: {marchwarden.dev/webhooks: x}}\n";
        assertDenied(ADMISSION, VALIDATING, STRANGER, notInForce, "metadata: {name: marchwarden}\n");
        assertDenied(
                ADMISSION,
                BINDINGS,
                STRANGER,
                null,
                "metadata: {name: mine}\nspec: {policyName: namespaces-deny.twin.marchwarden.dev}\n");
    }

    @Test
    void anIstiodFillsInWhatIsItsOwn() throws Exception {
        String filled = INJECTOR.replace("OLD", "NEW");
        assertAllowed(ADMISSION, MUTATING, ISTIOD, INJECTOR, filled);
        assertDenied(ADMISSION, MUTATING, OTHER_ISTIOD, INJECTOR, filled);
        assertDenied(ADMISSION, MUTATING, PODS, INJECTOR, filled);
        assertDenied(ADMISSION, MUTATING, ISTIOD, INJECTOR, filled.replace("Fail", "Ignore"));
        assertAllowed(ADMISSION, VALIDATING, ISTIOD, INJECTOR, filled.replace("Fail", "Ignore"));
        assertDenied(
                ADMISSION,
                MUTATING,
                ISTIOD,
                INJECTOR,
                filled.replace("matchLabels: {istio.io/rev: a}", "matchLabels: {istio.io/rev: b}"));
        assertDenied(
                ADMISSION,
                MUTATING,
                ISTIOD,
                INJECTOR,
                filled.replace("namespace: istio-system-a", "namespace: istio-system-b"));
        assertDenied(
                ADMISSION,
                MUTATING,
                ISTIOD,
                INJECTOR,
                filled.replace("labels: {istio.io/rev: a}", "labels: {istio.io/rev: b}"));
        assertDenied(ADMISSION, MUTATING, ISTIOD, INJECTOR, null);
        assertDenied(ADMISSION, POLICIES, ISTIOD, TWIN, TWIN.replace("Fail", "Ignore"));
        assertDenied(RBAC, "clusterroles", ISTIOD, ROLE, ROLE.replace("patch", "get"));
    }

    @Test
    void thePodsKeepTheirWebhooksAndTheTwin() throws Exception {
        assertAllowed(ADMISSION, VALIDATING, PODS, OURS, OURS.replace("Fail", "Ignore"));
        assertDenied(ADMISSION, VALIDATING, PODS, OURS, null);
        assertAllowed(ADMISSION, POLICIES, PODS, null, TWIN);
        assertAllowed(ADMISSION, POLICIES, PODS, TWIN, null);
        assertDenied(ADMISSION, POLICIES, STRANGER, TWIN, null);
        assertDenied(ADMISSION, POLICIES, STRANGER, TWIN, TWIN.replace("ClusterRole", "ConfigMap"));
    }

    @Test
    void theCollectorFollowsTheRoleThatIsGuarded() throws Exception {
        assertAllowed(ADMISSION, POLICIES, COLLECTOR, TWIN, null);
        assertDenied(ADMISSION, VALIDATING, COLLECTOR, OURS, null);
        assertDenied(ADMISSION, POLICIES, COLLECTOR, TWIN, TWIN.replace("Fail", "Ignore"));
        assertDenied(RBAC, "clusterroles", STRANGER, ROLE, null);
        assertDenied(RBAC, "clusterroles", STRANGER, ROLE, "metadata: {name: marchwarden-twin}\n");
        assertAllowed(RBAC, "clusterroles", STRANGER, "metadata: {name: view}\n", null);
        assertAllowed(RBAC, "clusterroles", HELM, ROLE, null);
    }
}
