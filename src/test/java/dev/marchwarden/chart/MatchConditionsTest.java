package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.User;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server may keep to itself, and with it what goes on while nobody answers. */
class MatchConditionsTest {
    private static final String PERSON = "alice";
    private static final String CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";

    private static MatchConditions namespaces;
    private static MatchConditions pair;
    private static MatchConditions configuration;
    private static MatchConditions pods;
    private static MatchConditions templates;
    private static MatchConditions cronJobs;
    private static MatchConditions meshPods;
    private static MatchConditions meshTemplates;
    private static MatchConditions meshCronJobs;

    @BeforeAll
    static void compile() {
        Rendered rendered = Rendered.ofCase("workloads");
        JsonNode validating = rendered.one("ValidatingWebhookConfiguration").path("webhooks");
        namespaces = MatchConditions.of(validating.get(0));
        configuration = MatchConditions.of(validating.get(1));
        pods = MatchConditions.of(validating.get(2));
        templates = MatchConditions.of(validating.get(3));
        cronJobs = MatchConditions.of(validating.get(4));
        JsonNode byDefault =
                Rendered.ofGuide().one("ValidatingWebhookConfiguration").path("webhooks");
        meshPods = MatchConditions.of(byDefault.get(2));
        meshTemplates = MatchConditions.of(byDefault.get(3));
        meshCronJobs = MatchConditions.of(byDefault.get(4));
        pair = MatchConditions.of(rendered.one("MutatingWebhookConfiguration").at("/webhooks/0"));
    }

    /** @param object YAML, or null */
    private static JsonNode request(
            String operation, String user, @Nullable String object, @Nullable String oldObject) {
        ObjectNode request = Chart.YAML.createObjectNode();
        request.put("operation", operation).putObject("userInfo").put("username", user);
        request.set("object", object == null ? request.nullNode() : Chart.parse(object));
        request.set("oldObject", oldObject == null ? request.nullNode() : Chart.parse(oldObject));
        return request;
    }

    private static String namespace(String labels) {
        return "{apiVersion: v1, kind: Namespace, metadata: {name: payments" + labels + "}, spec: {}}";
    }

    private static String labels(String labels) {
        return namespace(", labels: " + labels);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{metadata: {labels: {istio.io/rev: red}}, spec: {containers: [{name: a}]}}",
                "{metadata: {labels: {sidecar.istio.io/inject: 'true'}}, spec: {containers: [{name: a}]}}",
                "{metadata: {annotations: {sidecar.istio.io/status: '{}'}}, spec: {containers: [{name: a}]}}",
                "{metadata: {}, spec: {containers: [{name: a}, {name: istio-proxy}]}}",
                "{metadata: {}, spec: {containers: [{name: a, env: [{name: A}, {name: CA_ADDR, value: b}]}]}}",
                "{metadata: {}, spec: {containers: [{name: a}], initContainers: [{name: istio-init}]}}",
                "{metadata: {}, spec: {containers: [{name: a}], initContainers: [{name: b, env: [{name: PROXY_CONFIG}]}]}}",
                "{metadata: {}, spec: {containers: [{name: a}], volumes: [{name: e, emptyDir: {}}, {name: t, projected:"
                        + " {sources: [{configMap: {name: c}}, {serviceAccountToken: {audience: istio-ca, path: t}}]}}]}}"
            })
    void whatHasToDoWithAMeshIsAlwaysSent(String pod) {
        assertThat(meshPods.send(request("CREATE", PERSON, pod, null))).isTrue();
        assertThat(meshTemplates.send(request("CREATE", PERSON, "{metadata: {}, spec: {template: " + pod + "}}", null)))
                .isTrue();
        assertThat(meshCronJobs.send(request(
                        "CREATE",
                        PERSON,
                        "{metadata: {}, spec: {jobTemplate: {spec: {template: " + pod + "}}}}",
                        null)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {containers: [{name: a}]}}",
                "{metadata: {}, spec: {containers: [{name: a, env: [{name: DB, value: b}]}], initContainers: [{name: b}]}}",
                "{metadata: {labels: {app: a}, annotations: {example.com/b: c}}, spec: {containers: [{name: a}], volumes:"
                        + " [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]}}"
            })
    void ordinaryWorkloadsWaitForNobody(String pod) {
        String metadata = pod.replaceFirst("^\\{spec", "{metadata: {}, spec");
        assertThat(meshPods.send(request("CREATE", PERSON, metadata, null))).isFalse();
        assertThat(pods.send(request("CREATE", PERSON, metadata, null))).isTrue();
        String deployment = "{metadata: {}, spec: {template: " + pod + "}}";
        assertThat(meshTemplates.send(request("CREATE", PERSON, deployment, null)))
                .isFalse();
        assertThat(templates.send(request("CREATE", PERSON, deployment, null))).isTrue();
        String cronJob = "{metadata: {}, spec: {jobTemplate: {spec: {template: " + pod + "}}}}";
        assertThat(meshCronJobs.send(request("CREATE", PERSON, cronJob, null))).isFalse();
        assertThat(cronJobs.send(request("CREATE", PERSON, cronJob, null))).isTrue();
    }

    /** @param entry the name of one of otherKinds */
    private static boolean sends(String entry, JsonNode request) {
        return MatchConditions.of(Rendered.of("--set", "otherKinds.endpoints=true")
                        .one("ValidatingWebhookConfiguration")
                        .path("webhooks")
                        .valueStream()
                        .filter(webhook -> webhook.path("name").asText().equals(entry + ".marchwarden.dev"))
                        .findFirst()
                        .orElseThrow())
                .send(request);
    }

    /** ENTRY | USER | OPERATION | OBJECT | whether it is sent */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services|alice|CREATE|{metadata: {name: a}, spec: {selector: {a: b}, ports: [{port: 80}]}}|false",
                "services|alice|CREATE|{metadata: {name: a}, spec: {type: ExternalName, externalName: x.y}}|true",
                "services|alice|CREATE|{metadata: {name: a}, spec: {externalIPs: [192.0.2.1]}}|true",
                "services|alice|CREATE|'{metadata: {name: a, annotations: {networking.istio.io/exportTo: x}}, spec: {}}'|true",
                "services|alice|CREATE|'{metadata: {name: a, labels: {topology.istio.io/network: x}}, spec: {}}'|true",
                "ingresses|alice|CREATE|{metadata: {name: a}, spec: {ingressClassName: nginx}}|false",
                "ingresses|alice|CREATE|{metadata: {name: a}, spec: {ingressClassName: istio}}|true",
                "ingresses|alice|CREATE|'{metadata: {name: a, annotations: {kubernetes.io/ingress.class: istio}}, spec: {}}'|true",
                "endpoints|system:serviceaccount:kube-system:endpointslice-controller|CREATE|{metadata: {name: a}}|false",
                "endpoints|alice|CREATE|{metadata: {name: a}}|true",
                "configmaps|alice|CREATE|'{metadata: {name: a}, data: {x: y}}'|false",
                "configmaps|alice|CREATE|'{metadata: {name: istio-red}, data: {mesh: y}}'|true",
                "configmaps|alice|CREATE|'{metadata: {name: a}, data: {deployment: y}}'|true",
                "configmaps|alice|CREATE|'{metadata: {name: a, labels: {gateway.istio.io/defaults-for-class: x}}}'|true",
                "secrets|alice|CREATE|'{metadata: {name: a}, data: {x: eQ==}}'|false",
                "secrets|alice|CREATE|{metadata: {name: cacerts}}|true",
                "secrets|alice|CREATE|'{metadata: {name: a, labels: {istio/multiCluster: \"true\"}}}'|true",
                "tokens|alice|CREATE|{spec: {audiences: [vault]}}|false",
                "tokens|alice|CREATE|{spec: {audiences: [istio-ca]}}|true",
                "tokens|system:node:n1|CREATE|{spec: {audiences: [istio-ca]}}|false",
                "bindings|system:kube-scheduler|CREATE|{metadata: {name: a}, target: {name: n1}}|false",
                "bindings|alice|CREATE|'{metadata: {name: a, labels: {istio.io/rev: x}}}'|true",
                "control-planes|alice|CREATE|{metadata: {name: a}}|false",
                "control-planes|system:serviceaccount:red:istiod-red|CREATE|{metadata: {name: a}}|true",
            })
    void ofOtherKindsIsSentWhatReachesIntoAMesh(
            String entry, String user, String operation, String object, boolean sent) {
        ObjectNode request = (ObjectNode) request(operation, user, object, null);
        request.put("name", Chart.parse(object).at("/metadata/name").asText());
        assertThat(sends(entry, request)).isEqualTo(sent);
    }

    /** A namespace that ends is emptied by a controller whose deletions are never denied. */
    @Test
    void deletionsByExemptedUsersAreNotSent() {
        String object = "{metadata: {name: a, namespace: b}, spec: {}}";
        assertThat(configuration.send(request("DELETE", CONTROLLER, null, object)))
                .isFalse();
        assertThat(configuration.send(request("DELETE", PERSON, null, object))).isTrue();
        assertThat(configuration.send(request("CREATE", CONTROLLER, object, null)))
                .isTrue();
    }

    /** The conditions look at the labels that the rules look at. */
    @Test
    void knowsEveryGuardedLabel() {
        for (String label : List.of("usergroup", "example.com/mesh-tenant")) {
            JsonNode conditions = Rendered.of("--set", "usergroupLabel=" + label.replace(".", "\\."))
                    .one("ValidatingWebhookConfiguration")
                    .at("/webhooks/0/matchConditions");
            assertThat(conditions).hasSize(2).allSatisfy(condition -> {
                String list = condition.path("expression").asText().replaceAll("(?s).*\\[('[^]]*)].*", "$1");
                Set<String> keys = new TreeSet<>();
                Matcher matcher = Pattern.compile("'([^']*)'").matcher(list);
                while (matcher.find()) {
                    keys.add(matcher.group(1));
                }
                assertThat(keys).isEqualTo(new TreeSet<>(MeshLabels.guarded(label)));
            });
        }
    }

    @Test
    void theClusterStartsWithoutUs() {
        for (String user : List.of(PERSON, CONTROLLER, "system:apiserver")) {
            for (String plain : List.of(
                    namespace(""), labels("{}"), labels("{kubernetes.io/metadata.name: payments, team: red}"))) {
                assertThat(namespaces.send(request("CREATE", user, plain, null)))
                        .isFalse();
                assertThat(namespaces.send(request("UPDATE", user, plain, namespace(""))))
                        .isFalse();
                assertThat(namespaces.send(request("UPDATE", user, namespace(""), plain)))
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usergroup",
                "istio.io/rev",
                "istio-injection",
                "istio.io/dataplane-mode",
                "istio.io/use-waypoint-namespace",
                "istio.io/use-waypoint-canary-namespace"
            })
    void whoeverTouchesAMeshLabelIsAsked(String label) {
        String with = labels("{" + label + ": red, team: a}");
        String other = labels("{" + label + ": blue, team: a}");
        String empty = labels("{" + label + ": '', team: a}");
        String without = labels("{team: a}");
        for (String user : List.of(PERSON, CONTROLLER)) {
            assertThat(namespaces.send(request("CREATE", user, with, null))).isTrue();
            assertThat(namespaces.send(request("CREATE", user, empty, null))).isTrue();
            for (String[] change : new String[][] {
                {with, other},
                {with, empty},
                {empty, with},
                {with, without},
                {without, with},
                {empty, without},
                {without, empty},
                {with, namespace("")},
                {namespace(""), with}
            }) {
                assertThat(namespaces.send(request("UPDATE", user, change[0], change[1])))
                        .isTrue();
            }
        }
    }

    /** So namespaces end, and what writes their status does not wait for us. People are told of old mistakes. */
    @Test
    void theSystemLeavesLabelsAloneWithoutAsking() {
        String before = labels("{usergroup: red, istio.io/rev: red, team: a}");
        String after = labels("{usergroup: red, istio.io/rev: red, team: b}");
        assertThat(namespaces.send(request("UPDATE", CONTROLLER, after, before)))
                .isFalse();
        assertThat(namespaces.send(request("UPDATE", PERSON, after, before))).isTrue();
    }

    @Test
    void deletionsAreAlwaysAsked() {
        for (String user : List.of(PERSON, CONTROLLER)) {
            assertThat(namespaces.send(request("DELETE", user, null, namespace(""))))
                    .isTrue();
            assertThat(namespaces.send(request("DELETE", user, null, labels("{usergroup: red}"))))
                    .isTrue();
            assertThat(namespaces.send(request("DELETE", user, null, null))).isTrue();
        }
    }

    /**
     * Every change of every state of a namespace's labels, against the policy itself: what is not sent would not have been denied, and what
     * is a person's would not even have been warned of; what the mutating webhook completes is sent to it.
     */
    @Test
    void nothingThatThePolicyStopsIsKeptFromIt() throws Exception {
        Tenancy tenancy = TenancyFile.parse("tenancy", """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroups:
                  - {name: red, owners: {users: [alice]}}
                  - {name: blue}
                  exemptions: {users: []}
                """.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Policy policy = new Policy(tenancy);
        NamespaceSnapshot cluster = new NamespaceSnapshot(
                List.of(
                        state("red", Map.of("usergroup", "red")),
                        state("blue", Map.of("usergroup", "blue")),
                        state("member", Map.of("usergroup", "red", "istio.io/rev", "red"))),
                tenancy.usergroupLabel());
        List<Map<String, String>> states = states();
        int kept = 0;
        for (String name : List.of("payments", "red", "kube-system")) {
            for (Map<String, String> after : states) {
                kept += judge(policy, cluster, name, null, after);
                kept += judge(policy, cluster, name, after, null);
                for (Map<String, String> before : states) {
                    kept += judge(policy, cluster, name, before, after);
                }
            }
        }
        assertThat(kept).isGreaterThan(100);
    }

    private static int judge(
            Policy policy,
            NamespaceSnapshot cluster,
            String name,
            @Nullable Map<String, String> before,
            @Nullable Map<String, String> after) {
        Operation operation = before == null ? Operation.CREATE : after == null ? Operation.DELETE : Operation.UPDATE;
        int kept = 0;
        for (String user : List.of(PERSON, CONTROLLER)) {
            NamespaceChange change = new NamespaceChange(
                    operation,
                    name,
                    "",
                    new User(user, List.of()),
                    before == null ? null : state(name, before),
                    after == null ? null : state(name, after));
            JsonNode request = request(operation.name(), user, yaml(after), yaml(before));
            if (!namespaces.send(request)) {
                kept++;
                Decision decision = policy.judge(change, cluster).decide(Set.of());
                assertThat(decision.verdict().allows())
                        .as("%s: %s", request, decision)
                        .isTrue();
                if (user.equals(PERSON)) {
                    assertThat(decision.findings()).as("%s", request).isEmpty();
                }
            }
            if (after != null && !pair.send(request)) {
                assertThat(policy.complete(change)).as("%s", request).isEmpty();
            }
        }
        return kept;
    }

    private static NamespaceState state(String name, Map<String, String> labels) {
        return new NamespaceState(name, labels, false);
    }

    private static @Nullable String yaml(@Nullable Map<String, String> labels) {
        return labels == null ? null : namespace(", labels: " + Chart.YAML.valueToTree(labels));
    }

    /** Each half of the pair in all its values, with none or one of the other labels. */
    private static List<Map<String, String>> states() {
        List<Map<String, String>> others = List.of(
                Map.of(),
                Map.of(MeshLabels.INJECTION, "enabled"),
                Map.of(MeshLabels.INJECTION, "disabled"),
                Map.of(MeshLabels.DATAPLANE_MODE, "ambient"),
                Map.of(MeshLabels.WAYPOINT_NAMESPACE, "blue"),
                Map.of(MeshLabels.WAYPOINT_CANARY_NAMESPACE, "red"));
        List<Map<String, String>> states = new ArrayList<>();
        for (String usergroup : new String[] {null, "", "red", "blue", "green"}) {
            for (String revision : new String[] {null, "red", "blue", "green"}) {
                for (Map<String, String> other : others) {
                    Map<String, String> state = new HashMap<>(other);
                    put(state, "usergroup", usergroup);
                    put(state, MeshLabels.REVISION, revision);
                    states.add(new LinkedHashMap<>(state));
                }
            }
        }
        return states;
    }

    private static void put(Map<String, String> state, String key, @Nullable String value) {
        if (value != null) {
            state.put(key, value);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                          | false
            {usergroup: red}                            | true
            {istio.io/rev: red}                         | true
            {usergroup: red, istio.io/rev: red}         | false
            {usergroup: '', istio.io/rev: red}          | false
            {team: a, usergroup: ''}                    | true
            """)
    void halfAPairIsCompleted(String labels, boolean sent) {
        assertThat(pair.send(request("CREATE", PERSON, labels(labels), null))).isEqualTo(sent);
        assertThat(pair.send(request("UPDATE", CONTROLLER, labels(labels), namespace(""))))
                .isEqualTo(sent);
    }

    private static final String ROUTE = """
            {kind: VirtualService, metadata: {name: a, labels: {x: "1"}, annotations: {y: "1"}}, spec: {hosts: [a]}}""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{kind: VirtualService, metadata: {name: a, labels: {x: '1'}, annotations: {y: '1'}}, spec: {hosts: [b]}}",
                "{kind: VirtualService, metadata: {name: a, labels: {x: '2'}, annotations: {y: '1'}}, spec: {hosts: [a]}}",
                "{kind: VirtualService, metadata: {name: a, labels: {x: '1'}, annotations: {y: '2'}}, spec: {hosts: [a]}}",
                "{kind: VirtualService, metadata: {name: a, annotations: {y: '1'}}, spec: {hosts: [a]}}",
                "{kind: VirtualService, metadata: {name: a, labels: {x: '1'}}, spec: {hosts: [a]}}",
                "{kind: VirtualService, metadata: {name: a, labels: {x: '1'}, annotations: {y: '1'}}}",
                "{kind: VirtualService, metadata: {name: a}}"
            })
    void whatChangesConfigurationOrAPodIsAsked(String other) {
        for (MatchConditions conditions : List.of(configuration, pods)) {
            assertThat(conditions.send(request("UPDATE", CONTROLLER, ROUTE, other)))
                    .isTrue();
            assertThat(conditions.send(request("UPDATE", CONTROLLER, other, ROUTE)))
                    .isTrue();
            assertThat(conditions.send(request("CREATE", CONTROLLER, other, null)))
                    .isTrue();
            assertThat(conditions.send(request("DELETE", "system:serviceaccount:ci:deployer", null, other)))
                    .isTrue();
        }
    }

    @Test
    void finalizersAndStatusOfTheSystemAreNot() {
        String status = """
                {kind: VirtualService, metadata: {name: a, finalizers: [z], labels: {x: "1"}, annotations: {y: "1"}},
                 spec: {hosts: [a]}, status: {ok: true}}""";
        for (MatchConditions conditions : List.of(configuration, pods)) {
            assertThat(conditions.send(request("UPDATE", CONTROLLER, status, ROUTE)))
                    .isFalse();
            assertThat(conditions.send(request("UPDATE", PERSON, status, ROUTE)))
                    .isTrue();
            String bare = "{kind: XMesh, metadata: {name: a}}";
            assertThat(conditions.send(request("UPDATE", CONTROLLER, bare, bare)))
                    .isFalse();
        }
    }

    /** So replicas come and go, and rollouts are counted, without us. */
    @Test
    void ofWhatPodsAreMadeFromTheTemplateCounts() {
        String deployment =
                "{kind: Deployment, metadata: {annotations: {r: '%s'}}, spec: {replicas: %s, template: {a: %s}}}";
        String job = "{kind: CronJob, metadata: {}, spec: {suspend: %s, jobTemplate: {spec: {template: {a: %s}}}}}";
        assertThat(templates.send(
                        request("UPDATE", CONTROLLER, deployment.formatted(2, 5, 1), deployment.formatted(1, 1, 1))))
                .isFalse();
        assertThat(templates.send(
                        request("UPDATE", CONTROLLER, deployment.formatted(1, 1, 2), deployment.formatted(1, 1, 1))))
                .isTrue();
        assertThat(templates.send(
                        request("UPDATE", PERSON, deployment.formatted(2, 5, 1), deployment.formatted(1, 1, 1))))
                .isTrue();
        assertThat(cronJobs.send(request("UPDATE", CONTROLLER, job.formatted(true, 1), job.formatted(false, 1))))
                .isFalse();
        assertThat(cronJobs.send(request("UPDATE", CONTROLLER, job.formatted(true, 2), job.formatted(true, 1))))
                .isTrue();
        assertThat(templates.send(request("CREATE", CONTROLLER, deployment.formatted(1, 1, 1), null)))
                .isTrue();
    }
}
