package dev.marchwarden.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reviews about configuration that are bent, or larger than anything that people write. */
class ObjectReviewTest {
    private static final ObjectMapper YAML = new YAMLMapper();
    /** Of an answer, in bytes, whatever was asked. */
    private static final int SMALL = 64 << 10;

    private static final User TENANT = NamespaceTable.user("team-red");
    private static final User MESH_ADMIN = NamespaceTable.user("mesh-red");

    private static Policy policy;
    private static Namespaces namespaces;

    @BeforeAll
    static void cluster() throws Exception {
        policy = NamespaceTable.policy("default");
        namespaces = NamespaceTable.cluster("default", policy);
    }

    // What is bent

    @Test
    void specGivenTwiceIsUndecidable() throws Exception {
        String review = text(create("networking.istio.io/v1", "VirtualService", "{hosts: [a]}"));
        String twice = review.replace("\"spec\":{", "\"spec\":{\"hosts\":[\"a.blue-app\"]},\"spec\":{");
        assertThat(twice).isNotEqualTo(review);
        assertThat(decide(twice).problem()).isEqualTo("request.object.spec is given twice");
        assertThat(decide(twice).verdict()).isEqualTo(Verdict.ERROR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\"hosts\":[\"a\"],\"hosts\":[\"b\"]}' | request.object: spec.hosts is given twice",
                "'{\"http\":[{\"mirror\":{\"host\":\"a\",\"host\":\"b\"}}]}' | request.object: spec.http[0].mirror.host is given twice",
                "'{\"hosts\":[[\"a\"]]}' | request.object: spec.hosts[0] is not a single value",
                "'{\"http\":{}}' | request.object: spec.http is not a list",
                "'[]' | request.object: spec is not an object",
            })
    void whatIsReadInTwoWaysIsUndecidable(String spec, String problem) throws Exception {
        String review = text(create("networking.istio.io/v1", "VirtualService", "{}"));
        assertThat(decide(review.replace("\"spec\":{}", "\"spec\":" + spec)).problem())
                .isEqualTo(problem);
    }

    @Test
    void objectsBeforeTheirKindAreReadAllTheSame() throws Exception {
        ObjectReview review = create("networking.istio.io/v1", "VirtualService", "{hosts: [web.blue-app]}");
        List<String> rules = rules(decide(review));
        assertThat(rules).isNotEmpty();
        assertThat(rules(decide(review.objectsFirst()))).isEqualTo(rules);
        JsonNode before = object("networking.istio.io/v1", "VirtualService", "red-app", "{hosts: [web.blue-app]}");
        ObjectReview same = ObjectReview.of(before, before, TENANT).objectsFirst();
        assertThat(decide(same).verdict()).isEqualTo(Verdict.WARNED);
    }

    /** The API server writes both in the same way, so that a space is a change to us. */
    @Test
    void specsAreComparedByteByByte() throws Exception {
        JsonNode before = object("telemetry.istio.io/v1", "Telemetry", "red-system", "{tracing: []}");
        String same = text(ObjectReview.of(before, before, TENANT));
        assertThat(decide(same).verdict()).isEqualTo(Verdict.ALLOWED);
        String other = same.replaceFirst("\"tracing\":\\[]", "\"tracing\": []");
        assertThat(rules(decide(other))).containsExactly("mesh-wide-config");
    }

    @Test
    void namespacesThatDifferAreUndecidable() throws Exception {
        Outcome outcome = bent(request -> request.put("namespace", "blue-app"));
        assertThat(outcome.problem())
                .isEqualTo("request.namespace is \"blue-app\" and the object's metadata.namespace \"red-app\""
                        + " (expected: one namespace)");
        assertThat(bent(request -> request.remove("namespace")).verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void unknownNamespacesAreUndecidable() throws Exception {
        Outcome outcome = ObjectReview.of(
                        null, object("networking.istio.io/v1", "VirtualService", "not-there", "{}"), TENANT)
                .decide(policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(outcome.problem())
                .startsWith("request.namespace is \"not-there\" (expected: a namespace that is known");
    }

    /** An object of Kubernetes itself needs no namespace that is known, unless it says something to a mesh, or did before. */
    @Test
    void onlyWhatAMeshReadsNeedsItsNamespace() throws Exception {
        JsonNode nothing = service("{}");
        JsonNode exported = service("{networking.istio.io/exportTo: '*'}");
        JsonNode unreadable = service("{networking.istio.io/exportTo: " + "a".repeat(16_385) + "}");
        assertThat(decide(ObjectReview.of(null, nothing, TENANT)).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(decide(ObjectReview.of(nothing, nothing, TENANT)).verdict()).isEqualTo(Verdict.ALLOWED);
        for (ObjectReview review : List.of(
                ObjectReview.of(null, exported, TENANT),
                ObjectReview.of(null, unreadable, TENANT),
                ObjectReview.of(exported, nothing, TENANT),
                ObjectReview.of(unreadable, nothing, TENANT))) {
            assertThat(decide(review).problem()).startsWith("request.namespace is \"not-there\"");
        }
    }

    private static JsonNode service(String annotations) throws Exception {
        ObjectNode service = (ObjectNode) object("v1", "Service", "not-there", "{}");
        ((ObjectNode) service.get("metadata")).set("annotations", YAML.readTree(annotations));
        return service;
    }

    /** Whether objects of a kind that is not known are in a namespace, the request says; of a known one, the kind. */
    @Test
    void whatIsInANamespaceNeedsOneThatIsKnown() throws Exception {
        String unknown = "request.namespace is \"not-there\" (expected: a namespace that is known";
        assertThat(decide(created("networking.istio.io/v1", "Unheard", "not-there"))
                        .problem())
                .startsWith(unknown);
        assertThat(decide(created("networking.istio.io/v1", "Unheard", null)).problem())
                .isNull();
        assertThat(decide(created("gateway.networking.k8s.io/v1", "GatewayClass", "not-there"))
                        .problem())
                .isNull();
    }

    private static ObjectReview created(String apiVersion, String kind, @Nullable String namespace) throws Exception {
        return ObjectReview.of(null, object(apiVersion, kind, namespace, "{}"), TENANT);
    }

    @Test
    void kindAndResourceOfTwoGroupsAreUndecidable() throws Exception {
        assertThat(bent(request -> ((ObjectNode) request.get("resource")).put("group", "apps"))
                        .problem())
                .contains("request.kind is of group \"networking.istio.io\" and request.resource of \"apps\"");
        assertThat(bent(request -> ((ObjectNode) request.get("kind")).put("group", "apps"))
                        .verdict())
                .isEqualTo(Verdict.ERROR);
    }

    @ParameterizedTest
    @CsvSource({"CREATE,object", "UPDATE,object", "UPDATE,oldObject"})
    void missingObjectsAreUndecidable(String operation, String missing) throws Exception {
        Outcome outcome = bent(request -> {
            request.put("operation", operation);
            request.set("oldObject", request.get("object"));
            request.remove(missing);
        });
        assertThat(outcome.problem()).startsWith("request." + missing + " is missing");
    }

    // The probe

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ALLOWED, red-system, invalid-gateway, Gateway, system:serviceaccount:red-system:istiod, true",
                "ALLOWED, red-system, invalid-gateway, Gateway, system:serviceaccount:red-system:istiod-red-1, true",
                "ALLOWED, blue, invalid-gateway, Gateway, system:serviceaccount:blue:istiod-blue, true",
                "DENIED, red-system, invalid-gateway, Gateway, system:serviceaccount:red-system:istiod, false",
                "DENIED, red-system, valid-gateway, Gateway, system:serviceaccount:red-system:istiod, true",
                "DENIED, red-system, invalid-gateway, VirtualService, system:serviceaccount:red-system:istiod, true",
                "DENIED, red-system, invalid-gateway, Gateway, system:serviceaccount:red-system:istiodevil, true",
                "DENIED, red-system, invalid-gateway, Gateway, system:serviceaccount:blue:istiod, true",
                "DENIED, red-app, invalid-gateway, Gateway, system:serviceaccount:red-app:istiod, true",
                "DENIED, red-system, invalid-gateway, Gateway, team-red, true",
            })
    void letsTheProbeThroughAndNothingLikeIt(
            Verdict verdict, String namespace, String name, String kind, String user, boolean dryRun) throws Exception {
        ObjectNode gateway = (ObjectNode) object("networking.istio.io/v1", kind, namespace, "{servers: [{}]}");
        ((ObjectNode) gateway.get("metadata"))
                .put("name", name)
                .putObject("labels")
                .put("istio.io/rev", "nobody");
        ObjectReview create = ObjectReview.of(null, gateway, new User(user, List.of()));
        Outcome outcome = (dryRun ? create.dryRun() : create).decide(policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(outcome.verdict()).isEqualTo(verdict);
        ObjectReview update = ObjectReview.of(
                object("networking.istio.io/v1", kind, namespace, "{}"), gateway, new User(user, List.of()));
        assertThat(update.dryRun()
                        .decide(policy, namespaces, Rights.TENANCY_ONLY)
                        .verdict())
                .isEqualTo(Verdict.DENIED);
    }

    // What is large

    @Test
    void fiveThousandForeignHosts() throws Exception {
        String routes = repeated(5_000, i -> "{\"destination\":{\"host\":\"web-" + i + ".blue-app\"}}");
        String spec = "{\"http\":[{\"route\":[" + routes + "]}]}";
        Outcome outcome = decide(create("networking.istio.io/v1", "VirtualService", spec));
        assertThat(outcome.verdict()).isEqualTo(Verdict.DENIED);
        assertThat(outcome.findings().findings()).hasSize(RuleFindings.MAX_OF_A_WEIGHT);
        String message = answer(outcome);
        assertThat(message)
                .contains("web-0.blue-app", "web-19.blue-app", "and 30 more")
                .doesNotContain("web-20.blue-app");

        JsonNode before = object("networking.istio.io/v1", "VirtualService", "red-app", spec);
        String one = spec.replace("web-4999.blue-app", "web-5000.blue-app");
        JsonNode after = object("networking.istio.io/v1", "VirtualService", "red-app", one);
        Outcome update = ObjectReview.of(before, after, TENANT).decide(policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(update.findings().findings().stream().filter(RuleFinding::denies))
                .as("the one that is new is found among all that were there")
                .singleElement()
                .satisfies(finding -> assertThat(finding.violation().value()).isEqualTo("web-5000.blue-app"));
        answer(update);
    }

    @Test
    void moreFieldsThanCanBeJudged() throws Exception {
        String spec = "{\"hosts\":[" + repeated(45_000, i -> "\"a\"") + "]}";
        Outcome outcome = decide(create("networking.istio.io/v1", "VirtualService", spec));
        assertThat(outcome.problem())
                .isEqualTo("request.object: spec.hosts[40000] is one more than the 40000 fields of an object that can"
                        + " be judged");
        answer(outcome);
    }

    @Test
    void aLargeEnvoyFilter() throws Exception {
        String code = "function envoy_on_request(h) end --".repeat(45_000);
        String spec = "{\"configPatches\":[{\"patch\":{\"value\":{\"inlineCode\":\"" + code + "\"}}}]}";
        JsonNode filter = object("networking.istio.io/v1alpha3", "EnvoyFilter", "red-app", spec);
        assertThat(ObjectReview.of(null, filter, MESH_ADMIN)
                        .decide(policy, namespaces, Rights.TENANCY_ONLY)
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
        Outcome denied = ObjectReview.of(null, filter, TENANT).decide(policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(rules(denied)).containsExactly("raw-proxy-config");
        assertThat(denied.findings().findings().getFirst().violation().message())
                .startsWith("spec.configPatches[0] is new or changed, expected ");
        answer(denied);
    }

    @Test
    void manyLabels() throws Exception {
        String labels = repeated(20_000, i -> "\"label-" + i + "\":\"x\"");
        ObjectNode object = (ObjectNode) object("networking.istio.io/v1", "VirtualService", "red-app", "{hosts: [a]}");
        ((ObjectNode) object.get("metadata")).set("labels", YAML.readTree("{" + labels + "}"));
        assertThat(ObjectReview.of(null, object, TENANT)
                        .decide(policy, namespaces, Rights.TENANCY_ONLY)
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
    }

    /** Each port rests on the whole selector: what is the same for all of them is there once. */
    @Test
    void manyPortsBesideManyLabels() throws Exception {
        String labels = repeated(9_000, i -> "\"label-" + i + "\":\"" + "x".repeat(60) + "\"");
        String ports = repeated(9_000, i -> "\"" + i + "\":{\"mode\":\"DISABLE\"}");
        String spec = "{\"selector\":{\"matchLabels\":{" + labels + "}},\"portLevelMtls\":{" + ports + "}}";
        Outcome outcome = decide(create("security.istio.io/v1", "PeerAuthentication", spec));
        assertThat(rules(outcome)).containsOnly("mtls-downgrade").hasSize(RuleFindings.MAX_OF_A_WEIGHT);
        answer(outcome);
    }

    @Test
    void manyHostsBesideManyGateways() throws Exception {
        String spec = "{\"hosts\":[" + repeated(9_000, i -> "\"*\"") + "],\"gateways\":["
                + repeated(9_000, i -> "\"in-" + i + "\"") + "]}";
        assertThat(decide(create("networking.istio.io/v1", "VirtualService", spec))
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void longValues() throws Exception {
        String host = "a.".repeat(8_000) + "blue-app";
        answer(decide(create("networking.istio.io/v1", "VirtualService", "{\"hosts\":[\"" + host + "\"]}")));
        Outcome outcome =
                decide(create("networking.istio.io/v1", "VirtualService", "{\"hosts\":[\"" + host + host + "\"]}"));
        assertThat(outcome.problem()).isEqualTo("request.object: spec.hosts[0] is longer than 16384 characters");
    }

    @Test
    void deepNesting() throws Exception {
        String review = text(create("networking.istio.io/v1alpha3", "EnvoyFilter", "{}"));
        String deep = review.replace("\"spec\":{}", "\"spec\":{\"configPatches\":[" + nested(900) + "]}");
        assertThat(rules(decide(deep))).containsExactly("raw-proxy-config");
        String tooDeep = review.replace("\"spec\":{}", "\"spec\":{\"configPatches\":[" + nested(5_000) + "]}");
        assertThatThrownBy(() -> decide(tooDeep)).hasMessageContaining("the body is not JSON");
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    private static String repeated(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }

    /** The answer, which is small. */
    private static String answer(Outcome outcome) {
        byte[] answer = ReviewEncoder.encode(outcome);
        assertThat(answer).hasSizeLessThan(SMALL);
        return new String(answer, UTF_8);
    }

    private static List<String> rules(Outcome outcome) {
        return outcome.findings().findings().stream()
                .map(finding -> finding.violation().rule().spelling())
                .toList();
    }

    private static Outcome bent(Consumer<ObjectNode> change) throws Exception {
        ObjectReview review = create("networking.istio.io/v1", "VirtualService", "{hosts: [a]}");
        change.accept(review.request());
        return decide(review);
    }

    private static ObjectReview create(String apiVersion, String kind, String spec) throws Exception {
        return ObjectReview.of(null, object(apiVersion, kind, "red-app", spec), TENANT);
    }

    private static JsonNode object(String apiVersion, String kind, @Nullable String namespace, String spec)
            throws Exception {
        ObjectNode object =
                YAML.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", "it").put("namespace", namespace);
        object.set("spec", spec.startsWith("{\"") ? new ObjectMapper().readTree(spec) : YAML.readTree(spec));
        return object;
    }

    private static String text(ObjectReview review) {
        return new String(review.bytes(), UTF_8);
    }

    private static Outcome decide(ObjectReview review) {
        return review.decide(policy, namespaces, Rights.TENANCY_ONLY);
    }

    private static Outcome decide(String review) {
        return ObjectReview.decide(review.getBytes(UTF_8), policy, namespaces, Rights.TENANCY_ONLY);
    }
}
