package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.decisionlog.DecisionFilter;
import dev.marchwarden.decisionlog.DecisionLogReader;
import dev.marchwarden.decisionlog.LogReport;
import dev.marchwarden.model.Border;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/**
 * Any bytes are refused or answered, and never allowed against the oracle. {@code mvn verify} replays the recorded reviews, the golden
 * cases and what earlier runs found; {@code JAZZER_FUZZ=1 mvn test -Dtest=ReviewFuzzTest} looks for more.
 */
class ReviewFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-22T07:01:17Z");
    /** No line break, nothing that moves a cursor, nothing that needs a font. */
    private static final String PRINTABLE = "[ -~]*";

    private static final DecisionFilter EVERYTHING =
            new DecisionFilter(null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    private static Admission admission;

    @BeforeAll
    static void cluster() throws Exception {
        admission = admission(new Policy(TenancyFile.parse("fuzz", Border.TENANCY.getBytes(UTF_8))));
    }

    static Admission admission(Policy policy) {
        NamespaceSnapshot namespaces = new NamespaceSnapshot(
                List.of(
                        namespace("system-1", Map.of("usergroup", "usergroup-1")),
                        namespace("system-2", Map.of("usergroup", "usergroup-2")),
                        namespace("app-ns-1", Map.of("usergroup", "usergroup-1", "istio.io/rev", "usergroup-1")),
                        namespace("app-ns-2", Map.of("usergroup", "usergroup-2", "istio.io/rev", "usergroup-2"))),
                "usergroup");
        return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
    }

    private static NamespaceState namespace(String name, Map<String, String> labels) {
        return new NamespaceState(name, labels, false);
    }

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreRefusedOrAnswered(byte[] review) throws Exception {
        for (Webhook webhook : Webhook.values()) {
            Outcome outcome;
            try {
                outcome =
                        admission.decide(webhook, review).toCompletableFuture().join();
            } catch (MalformedReviewException e) {
                assertThat(e.getMessage()).matches(PRINTABLE);
                continue;
            }
            assertThat(outcome.unexpected()).as("a failure of ours").isFalse();
            byte[] answer = ReviewEncoder.encode(outcome);
            wellFormed(answer, review);
            readsAgain(printable(DecisionLine.of(outcome, NOW, 1)));
            if (webhook == Webhook.VALIDATE && Answer.of(answer).allowed()) {
                assertThat(new Oracle(JSON.readTree(review).path("request")).objection())
                        .isEmpty();
            }
        }
    }

    /** What is logged, {@code marchwarden log} reads. */
    private static void readsAgain(String line) throws IOException {
        assertThat(JSON.readTree(line).isObject()).isTrue();
        LogReport report = new LogReport();
        new DecisionLogReader(EVERYTHING, report).read(new ByteArrayInputStream(line.getBytes(UTF_8)));
        assertThat(report.lines().decisions()).as(line).isOne();
    }

    private static void wellFormed(byte[] answer, byte[] review) throws IOException {
        JsonNode tree = JSON.readTree(printable(new String(answer, UTF_8)));
        assertThat(tree.path("apiVersion").textValue()).isEqualTo("admission.k8s.io/v1");
        assertThat(tree.path("kind").textValue()).isEqualTo("AdmissionReview");
        JsonNode response = tree.path("response");
        assertThat(response.path("uid").isTextual()).isTrue();
        assertThat(response.path("allowed").isBoolean()).isTrue();
        assertThat(response.has("status")).isNotEqualTo(response.path("allowed").booleanValue());
        assertThat(response.has("patch")).isEqualTo(response.has("patchType"));
        for (String text : response.path("status").path("message").asText().split("\n", -1)) {
            printable(text);
        }
        response.path("warnings").forEach(warning -> printable(warning.asText()));
        response.path("auditAnnotations").forEach(annotation -> printable(annotation.asText()));
        try {
            JsonNode uid = JSON.readTree(review).path("request").path("uid");
            if (uid.isTextual()) {
                assertThat(response.path("uid").textValue()).isEqualTo(uid.textValue());
            }
        } catch (JsonProcessingException e) {
            assertThat(response.path("allowed").booleanValue())
                    .as("allowed what another parser cannot read: %s", e.getMessage())
                    .isFalse();
        }
    }

    private static String printable(String text) {
        assertThat(text).matches(PRINTABLE);
        return text;
    }
}
