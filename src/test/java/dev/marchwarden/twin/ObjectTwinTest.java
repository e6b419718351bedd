package dev.marchwarden.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cel.KubernetesCel;
import dev.marchwarden.model.RandomReviews;
import dev.marchwarden.policy.ConfigTable;
import dev.marchwarden.policy.NamespaceTable;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.User;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The twin denies of configuration and workloads only what the webhook denies, and all that it says that it covers. */
class ObjectTwinTest {
    private static final List<String> NAMESPACES =
            List.of("red-app", "red-system", "blue", "blue-app", "sealed-app", "sealed-system", "loose", "kube-system");
    private static final List<User> USERS = List.of(
            new User("ruby", List.of("team-red")),
            new User("mia", List.of("mesh-red")),
            new User("admin", List.of("system:masters")),
            new User("bea", List.of("team-blue")),
            new User("system:serviceaccount:red-system:istiod-red-1", List.of("system:serviceaccounts")),
            new User("system:serviceaccount:blue:istiod", List.of()),
            new User("system:serviceaccount:blue:istiodx", List.of()),
            new User("system:serviceaccount:red-app:x:istiod", List.of()),
            new User("serviceaccount:blue:istiod", List.of()),
            new User("", List.of()),
            new User("system:serviceaccount:kube-system:replicaset-controller", List.of("system:serviceaccounts")),
            new User("system:serviceaccount:kube-system:namespace-controller", List.of()));

    /** What need not be there in an object that an API server takes. */
    private static final Set<String> ODD = Set.of(
            "labels",
            "annotations",
            "spec",
            "template",
            "jobTemplate",
            "mtls",
            "mode",
            "portLevelMtls",
            "selector",
            "matchLabels",
            "securityContext",
            "hostNetwork",
            "configPatches",
            "environmentVariables",
            "wasm",
            "lua",
            "url",
            "exportTo",
            "gatewayClassName");

    private static Tenancy tenancy(String name) throws Exception {
        return NamespaceTable.policy(name).tenancy();
    }

    private static List<String> differences(ObjectComparison comparison, Policy policy, long seed, int count)
            throws Exception {
        List<String> differences = new ArrayList<>();
        Random random = new Random(seed);
        List<NamespaceTable.Cluster> clusters =
                List.of(NamespaceTable.cluster("default", policy), NamespaceTable.cluster("going", policy));
        for (int i = 0; i < count && differences.size() < 3; i++) {
            String kind = RandomObjects.one(RandomObjects.KINDS, random);
            String namespace = RandomObjects.one(NAMESPACES, random);
            JsonNode before = random.nextInt(3) == 0 ? null : RandomObjects.object(kind, namespace, random);
            JsonNode after =
                    before != null && random.nextInt(4) == 0 ? null : RandomObjects.object(kind, namespace, random);
            User user = RandomObjects.one(USERS, random);
            Set<Requirement> granted = random.nextInt(4) == 0
                    ? Set.of(new Requirement(
                            Requirement.Verb.ADMINISTER, RandomObjects.one(List.of("red", "blue"), random)))
                    : Set.of();
            comparison
                    .difference(
                            odd(ObjectReview.of(before, after, user), random),
                            RandomObjects.one(clusters, random),
                            granted)
                    .ifPresent(differences::add);
        }
        return differences;
    }

    /** A dry run, a subresource, a name to be made up, or a field that is empty or not there. API servers send no null in what rules read. */
    private static ObjectReview odd(ObjectReview review, Random random) {
        ObjectNode request = review.request();
        switch (random.nextInt(12)) {
            case 0 -> request.put("dryRun", true);
            case 1 -> {
                if (request.at("/kind/kind").asText().equals("Pod")
                        && request.path("operation").asText().equals("UPDATE")) {
                    request.put("subResource", random.nextBoolean() ? "status" : "ephemeralcontainers");
                }
            }
            case 2 -> {
                if (request.path("object").path("metadata") instanceof ObjectNode metadata
                        && request.path("oldObject").isNull()) {
                    request.put("name", "");
                    metadata.remove("name");
                    metadata.put("generateName", "it-");
                }
            }
            case 3, 4, 5 -> {
                List<ObjectNode> parents = new ArrayList<>();
                Stream.of("object", "oldObject").forEach(object -> collect(request.path(object), parents));
                parents.removeIf(ObjectNode::isEmpty);
                if (!parents.isEmpty()) {
                    ObjectNode parent = RandomObjects.one(parents, random);
                    String field = RandomObjects.one(List.copyOf(parent.properties()), random)
                            .getKey();
                    if (ODD.contains(field) || field.contains("istio.io/")) {
                        JsonNode value = parent.path(field);
                        if (random.nextBoolean()) {
                            parent.remove(field);
                        } else if (value.isObject()) {
                            parent.putObject(field);
                        } else if (value.isArray()) {
                            parent.putArray(field);
                        } else if (value.isTextual()) {
                            parent.put(field, "");
                        }
                    }
                }
            }
            default -> {}
        }
        return review;
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        node.forEach(child -> collect(child, objects));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "graded", "easy-going"})
    void saysTheSameOfAnyWrite(String name) throws Exception {
        Tenancy tenancy = tenancy(name);
        ObjectComparison comparison = ObjectComparison.of(tenancy);
        long start = System.nanoTime();
        assertThat(differences(comparison, new Policy(tenancy), RandomReviews.SEED, RandomReviews.COUNT))
                .isEmpty();
        System.out.printf(
                "twin beside policy, tenancy %s, seed %d: %d random writes of configuration and workloads, %d validations failed, %d s%n",
                name,
                RandomReviews.SEED,
                RandomReviews.COUNT,
                comparison.failures().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum(),
                (System.nanoTime() - start) / 1_000_000_000);
        assertThat(comparison.failures()).isNotEmpty();
    }

    @Test
    void eachRuleDenies() throws Exception {
        Tenancy tenancy = tenancy("default");
        ObjectComparison comparison = ObjectComparison.of(tenancy);
        assertThat(differences(comparison, new Policy(tenancy), 7, 5_000)).isEmpty();
        assertThat(comparison.failures().keySet())
                .containsExactlyInAnyOrder(
                        "config-outside-mesh",
                        "config-revision-mismatch",
                        "control-plane-reach",
                        "foreign-injection",
                        "foreign-namespace",
                        "injection-opt-out",
                        "mesh-wide-config",
                        "mtls-downgrade",
                        "proxy-override",
                        "raw-proxy-config",
                        "workload-revision");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "CONFIG_OUTSIDE_MESH",
                "CONFIG_REVISION_MISMATCH",
                "CONTROL_PLANE_REACH",
                "FOREIGN_INJECTION",
                "FOREIGN_NAMESPACE",
                "INJECTION_OPT_OUT",
                "MESH_WIDE_CONFIG",
                "MTLS_DOWNGRADE",
                "PROXY_OVERRIDE",
                "RAW_PROXY_CONFIG",
                "WORKLOAD_REVISION"
            })
    void aRuleThatOnlyTheTwinHasIsFound(RuleName rule) throws Exception {
        Tenancy tenancy = tenancy("default");
        ObjectComparison comparison =
                new ObjectComparison(OtherRules.without(rule, tenancy), CelPolicy.of(new CelTwin(tenancy).objects()));
        assertThat(differences(comparison, new Policy(tenancy), 7, 5_000)).isNotEmpty();
    }

    /** Each is the only one to speak up about something that is covered. */
    @Test
    void noValidationCouldBeLeftOut() throws Exception {
        Tenancy tenancy = tenancy("default");
        ObjectComparison comparison = ObjectComparison.of(tenancy);
        List<String> left = new CelTwin(tenancy)
                .objects().stream()
                        .filter(object -> !object.at("/metadata/name").asText().startsWith("namespaces-"))
                        .flatMap(object -> object.at("/spec/validations").valueStream())
                        .map(validation -> validation.path("expression").asText())
                        .collect(Collectors.toCollection(ArrayList::new));
        assertThat(left).hasSizeGreaterThan(30);
        for (int seed = 7; !left.isEmpty() && seed < 27; seed++) {
            assertThat(differences(comparison, new Policy(tenancy), seed, 1_000))
                    .isEmpty();
            left.removeAll(comparison.needed());
        }
        assertThat(left).isEmpty();
    }

    @Test
    void aValidationThatTheTwinLacksIsFound() throws Exception {
        Tenancy tenancy = tenancy("default");
        List<JsonNode> objects = new CelTwin(tenancy).objects();
        ObjectNode validation = (ObjectNode) objects.stream()
                .filter(object -> object.at("/metadata/name").asText().equals("workloads-deny.twin.marchwarden.dev"))
                .findFirst()
                .orElseThrow()
                .at("/spec/validations/0");
        validation.put("expression", "true");
        ObjectComparison comparison = new ObjectComparison(new Policy(tenancy), CelPolicy.of(objects));
        assertThat(differences(comparison, new Policy(tenancy), 7, 5_000)).isNotEmpty();
    }

    @Test
    void saysTheSameOfTheTablesOfRules() throws Exception {
        Map<Policy, ObjectComparison> comparisons = new HashMap<>();
        List<String> differences = new ArrayList<>();
        int rows = 0;
        for (ConfigTable.Row row : ConfigTable.all()) {
            ObjectComparison comparison =
                    comparisons.computeIfAbsent(row.policy(), policy -> ObjectComparison.of(policy.tenancy()));
            comparison
                    .difference(row.review(), row.cluster(), row.granted())
                    .ifPresent(difference -> differences.add(row + ": " + difference));
            rows++;
        }
        assertThat(differences).isEmpty();
        assertThat(rows).isGreaterThan(300);
    }

    /** The webhook knows until when it holds. */
    @Test
    void anObjectThatTheTenancyExceptsIsForTheWebhookToJudge() throws Exception {
        String file = Files.readString(NamespaceTable.ROOT.resolve("tenancies/default.yaml")) + """
                  exceptions:
                  - {usergroup: red, rule: mtls-downgrade, kind: PeerAuthentication, namespace: red-app, name: it, until: 2026-11-28, reason: a migration}
                """;
        Tenancy tenancy = TenancyFile.parse("tenancy.yaml", file.getBytes(UTF_8));
        Policy policy = new Policy(tenancy, exception -> true);
        ObjectComparison comparison = new ObjectComparison(policy, CelPolicy.of(new CelTwin(tenancy).objects()));
        NamespaceTable.Cluster cluster = NamespaceTable.cluster("default", policy);
        ObjectNode open = JsonNodeFactory.instance.objectNode();
        open.put("apiVersion", "security.istio.io/v1").put("kind", "PeerAuthentication");
        open.putObject("metadata").put("name", "it").put("namespace", "red-app");
        open.putObject("spec").putObject("mtls").put("mode", "PERMISSIVE");
        comparison.difference(ObjectReview.of(null, open, USERS.getFirst()), cluster, Set.of());
        assertThat(comparison.failures()).isEmpty();
        open.withObjectProperty("metadata").put("name", "other");
        assertThat(comparison.difference(ObjectReview.of(null, open, USERS.getFirst()), cluster, Set.of()))
                .isEmpty();
        assertThat(comparison.failures()).containsOnlyKeys("mtls-downgrade");
    }

    /** What an istiod tries must be refused by its own validation only. */
    @Test
    void aProbeOfAControlPlanePasses() throws Exception {
        ObjectNode gateway = JsonNodeFactory.instance.objectNode();
        gateway.put("apiVersion", "networking.istio.io/v1").put("kind", "Gateway");
        gateway.putObject("metadata").put("name", "invalid-gateway").put("namespace", "red-system");
        gateway.putObject("spec");
        Policy policy = NamespaceTable.policy("default");
        User istiod = new User("system:serviceaccount:red-system:istiod-red-1", List.of());
        ObjectComparison comparison = ObjectComparison.of(policy.tenancy());
        NamespaceTable.Cluster cluster = NamespaceTable.cluster("default", policy);
        assertThat(comparison.difference(ObjectReview.of(null, gateway, istiod).dryRun(), cluster, Set.of()))
                .isEmpty();
        assertThat(comparison.failures()).isEmpty();
        assertThat(comparison.difference(ObjectReview.of(null, gateway, istiod), cluster, Set.of()))
                .isEmpty();
        assertThat(comparison.failures()).containsOnlyKeys("mesh-wide-config");
    }

    @Test
    void everyExpressionCompiles() throws Exception {
        for (JsonNode object : new CelTwin(tenancy("graded")).objects()) {
            for (String field : List.of("expression", "messageExpression")) {
                assertThat(object.findValuesAsText(field)).allSatisfy(KubernetesCel::program);
            }
        }
    }

    /** An API server refuses these as names, and the evaluator of this test does not. */
    @Test
    void noVariableHasANameThatCelReserves() throws Exception {
        assertThat(new CelTwin(tenancy("default"))
                        .objects().stream()
                                .flatMap(object -> object.at("/spec/variables").valueStream())
                                .map(variable -> variable.path("name").asText()))
                .isNotEmpty()
                .doesNotContain(
                        "as",
                        "break",
                        "const",
                        "continue",
                        "else",
                        "false",
                        "for",
                        "function",
                        "if",
                        "import",
                        "in",
                        "let",
                        "loop",
                        "namespace",
                        "null",
                        "package",
                        "return",
                        "true",
                        "var",
                        "void",
                        "while");
    }

    /** The chart's webhook is sent the same kinds. */
    @Test
    void everyKindInANamespaceIsMatched() {
        Set<String> resources = MatchRule.configuration().stream()
                .flatMap(rule -> rule.resources().stream().map(resource -> rule.group() + " " + resource))
                .collect(Collectors.toSet());
        assertThat(resources)
                .contains(
                        "networking.istio.io gateways",
                        "networking.istio.io serviceentries",
                        "networking.istio.io proxyconfigs",
                        "security.istio.io authorizationpolicies",
                        "telemetry.istio.io telemetries",
                        "gateway.networking.k8s.io gateways",
                        "gateway.networking.k8s.io backendtlspolicies")
                .hasSameSizeAs(ReachTable.shipped().kinds().stream()
                        .filter(kind -> kind.complete() && !kind.clusterScoped())
                        .map(kind -> kind.group() + " " + kind.kind())
                        .collect(Collectors.toSet()));
    }
}
