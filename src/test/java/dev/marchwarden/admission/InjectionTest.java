package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.model.Border;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.TenancyFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a request holds can break a line of the decision log, of a message or of a warning, or pose as part of it. */
class InjectionTest {
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());
    private static final String PRINTABLE = "[ -~]*";
    private static final int LONGEST_LINE = 32_768;

    static Stream<String> hostile() {
        return Stream.of(
                "x\n{\"decision\":\"allowed\"}",
                "x\r\n2026-11-22 INFO all is well",
                "x\",\"decision\":\"allowed\",\"y\":\"",
                "x\\",
                "x\\\"",
                "\u001b[2J\u001b[31mowned\u0007",
                "\u009b31m",
                "\u0000\u0008\u007f",
                "\u2028\u2029\u0085",
                "\u202egnp.exe",
                "\ufeff\ufffe",
                "\ud800",
                "\udc00\ud800",
                "\ud83d\ude00".repeat(200) + "x",
                "%s%n${jndi:ldap://x}",
                "</script>",
                "usergroup-1; rm -rf /",
                "a".repeat(16_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void staysWithinItsField(String hostile) throws Exception {
        Policy policy = new Policy(TenancyFile.parse("injection", Border.TENANCY.getBytes(UTF_8)));
        NamespaceSnapshot namespaces = new NamespaceSnapshot(List.of(), "usergroup");
        Admission admission = new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        for (byte[] review : reviews(hostile)) {
            for (Webhook webhook : Webhook.values()) {
                Outcome outcome =
                        admission.decide(webhook, review).toCompletableFuture().join();
                logged(DecisionLine.of(outcome, Instant.EPOCH, 7), outcome);
                answered(ReviewEncoder.encode(outcome), outcome);
            }
        }
    }

    private static void logged(String line, Outcome outcome) throws Exception {
        assertThat(line).matches(PRINTABLE).hasSizeLessThan(LONGEST_LINE);
        JsonNode logged = JSON.readTree(line);
        List<String> fields = new ArrayList<>();
        logged.fieldNames().forEachRemaining(fields::add);
        assertThat(fields.remove("revision"))
                .isEqualTo(outcome.request().isNamespace() && outcome.verdict() != Verdict.ERROR);
        assertThat(fields)
                .doesNotHaveDuplicates()
                .containsExactly(
                        "time",
                        "webhook",
                        "uid",
                        "operation",
                        "group",
                        "version",
                        "kind",
                        "subresource",
                        "namespace",
                        "name",
                        "user",
                        "groups",
                        "dryRun",
                        "usergroup",
                        "decision",
                        "rules",
                        "enforcement",
                        "messages",
                        "latencyMicros");
        assertThat(logged.path("decision").textValue())
                .isEqualTo(outcome.verdict().spelling());
        logged.path("messages").forEach(message -> assertThat(message.asText()).matches(PRINTABLE));
    }

    private static void answered(byte[] bytes, Outcome outcome) {
        assertThat(new String(bytes, UTF_8)).matches(PRINTABLE).hasSizeLessThan(LONGEST_LINE);
        Answer answer = Answer.of(bytes);
        assertThat(answer.uid()).isEqualTo(outcome.request().uid());
        assertThat(answer.warnings())
                .allSatisfy(warning -> assertThat(warning).matches(PRINTABLE).hasSizeLessThanOrEqualTo(256));
        String[] lines = answer.message().split("\n", -1);
        assertThat(lines).allSatisfy(line -> assertThat(line).matches(PRINTABLE));
        if (lines.length > 1) {
            assertThat(lines[0]).matches("\\d+ violations:");
            assertThat(lines.length - 1).as("one line for each violation").isEqualTo((int)
                    outcome.findings().findings().stream()
                            .filter(finding -> finding.denies())
                            .count());
            assertThat(lines).satisfies(all -> {
                for (int i = 1; i < all.length; i++) {
                    assertThat(all[i]).matches("- [a-z-]+: .* Fix: .*");
                }
            });
        }
    }

    /** The text in every field that is read, one at a time and all at once; denied, warned and undecidable. */
    private static List<byte[]> reviews(String hostile) throws Exception {
        List<byte[]> reviews = new ArrayList<>();
        Map<String, String> labels = Map.of(
                "usergroup", hostile,
                "istio.io/rev", hostile,
                "istio-injection", hostile,
                "istio.io/dataplane-mode", hostile,
                "istio.io/use-waypoint-namespace", hostile);
        User user = new User(hostile, List.of(hostile, hostile));
        for (String name : List.of("orders", "system-1", "kube-system", hostile)) {
            ObjectNode all = NamespaceReview.namespace(name, labels, false);
            reviews.add(new NamespaceReview("uid", "CREATE", "", name, user, all, null).bytes());
            reviews.add(new NamespaceReview("uid", "UPDATE", "status", name, user, all, all).bytes());
            reviews.add(new NamespaceReview("uid", "DELETE", "", name, user, null, all).bytes());
            ObjectNode half = NamespaceReview.namespace(name, Map.of("usergroup", "usergroup-1"), false);
            reviews.add(new NamespaceReview("uid", "CREATE", "", name, user, half, null).bytes());
            ObjectNode mixed =
                    NamespaceReview.namespace(name, Map.of("usergroup", "usergroup-1", "istio.io/rev", hostile), false);
            reviews.add(new NamespaceReview("uid", "UPDATE", "", name, user, mixed, half).bytes());
        }
        byte[] usual = reviews.getFirst();
        for (String field : List.of("uid", "operation", "subResource", "name", "namespace")) {
            ObjectNode review = (ObjectNode) JSON.readTree(usual);
            String value = field.equals("uid") ? hostile.substring(0, Math.min(256, hostile.length())) : hostile;
            ((ObjectNode) review.path("request")).put(field, value);
            reviews.add(JSON.writeValueAsBytes(review));
        }
        for (String field : List.of("group", "version", "kind")) {
            ObjectNode review = (ObjectNode) JSON.readTree(usual);
            ((ObjectNode) review.path("request").path("kind")).put(field, hostile);
            reviews.add(JSON.writeValueAsBytes(review));
        }
        if (hostile.length() > 50_000 || !UTF_8.newEncoder().canEncode(hostile)) {
            return reviews; // a key like this makes a review malformed
        }
        ObjectNode keys = (ObjectNode) JSON.readTree(usual);
        ((ObjectNode) keys.path("request").path("object").path("metadata").path("labels")).put(hostile, hostile);
        ((ObjectNode) keys.path("request")).putObject(hostile).put(hostile, hostile);
        reviews.add(JSON.writeValueAsBytes(keys));
        return reviews;
    }
}
