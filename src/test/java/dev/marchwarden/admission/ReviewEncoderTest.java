package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way of a plain yes gives the bytes of the long one, whatever a request holds; and what a denial tells. */
class ReviewEncoderTest {
    @ParameterizedTest
    @CsvSource({
        "4b4d6834-eea5-4493-a9b7-23f88bd7eddc, usergroup-1",
        "4b4d6834-eea5-4493-a9b7-23f88bd7eddc,",
        "4b4d6834-eea5-4493-a9b7-23f88bd7eddc, ''",
        "4B4D, Usergroup_1.x",
        "'a\"b', 'a\"b'",
        "'a\\b', 'a\\b'",
        "'\u007f', '\u007f'",
        "'\n', '\n'",
        "'\u2028\ud800', 'caf\u00e9'"
    })
    void aYesHasTheBytesOfTheLongWay(String uid, @Nullable String usergroup) throws Exception {
        Outcome outcome = allowed(uid, usergroup);
        assertThat(new String(ReviewEncoder.encode(outcome), ISO_8859_1))
                .isEqualTo(new String(ReviewEncoder.written(outcome), ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 80, 81, 250})
    void longNamesAreCutAsEver(int length) throws Exception {
        Outcome outcome = allowed("u".repeat(length), "g".repeat(length));
        assertThat(ReviewEncoder.encode(outcome)).isEqualTo(ReviewEncoder.written(outcome));
    }

    @Test
    void aDenialNamesTheObjectAndEachViolation() throws Exception {
        assertThat(new String(ReviewEncoder.encode(denied(1, "a".repeat(253))), UTF_8))
                .isEqualTo("""
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"1","allowed":false,\
                "status":{"status":"Failure","message":"foreign-host: spec.hosts[0] is \\"b\\", expected one of its own: why. \
                Fix: how","reason":"Forbidden","code":403,"details":{"name":"%s","group":"","kind":"Service",\
                "causes":[{"reason":"FieldValueInvalid","message":"spec.hosts[0] is \\"b\\", expected one of its own: why",\
                "field":"spec.hosts[0]"}]}},"auditAnnotations":{"decision":"denied","rules":"foreign-host"}}}\
                """.formatted("a".repeat(253)));
    }

    @Test
    void namesInADenialAreCut() throws Exception {
        assertThat(response(denied(1, "a".repeat(254)))
                        .at("/status/details/name")
                        .asText())
                .isEqualTo("a".repeat(253));
    }

    @ParameterizedTest
    @CsvSource({"2, 2, ''", "20, 20, ''", "21, 20, '\n- and 1 more'", "40, 20, '\n- and 20 more'"})
    void aDenialListsSoManyViolations(int violations, int listed, String more) throws Exception {
        JsonNode status = response(denied(violations, "a")).path("status");
        StringBuilder message = new StringBuilder(violations + " violations:");
        for (int i = 0; i < listed; i++) {
            String found = i == 1 ? "missing" : "\"b\"";
            message.append("\n- foreign-host: spec.hosts[")
                    .append(i)
                    .append("] is ")
                    .append(found)
                    .append(", expected one of its own: why. Fix: how");
        }
        assertThat(status.path("message").asText()).isEqualTo(message + more);
        assertThat(status.at("/details/causes")).hasSize(listed);
        assertThat(status.at("/details/causes/1/reason").asText()).isEqualTo("FieldValueRequired");
    }

    @Test
    void whatCannotBeDecidedIsAnInternalError() throws Exception {
        Outcome outcome = new Outcome(
                request("1", "a"),
                Webhook.VALIDATE,
                Verdict.ERROR,
                new Decision(Verdict.ALLOWED, List.of()),
                Map.of(),
                "nobody knows",
                false,
                LabelChange.unchanged(null),
                null);
        JsonNode status = response(outcome).path("status");
        assertThat(status.path("reason").asText()).isEqualTo("InternalError");
        assertThat(status.path("code").asInt()).isEqualTo(500);
        assertThat(status.path("message").asText())
                .isEqualTo("this request cannot be decided, so it is denied: nobody knows");
    }

    @ParameterizedTest
    @CsvSource({"DENIED, foreign-host", "WARNED, host-claim", "ALLOWED, open-gateway"})
    void theRulesAreThoseThatLedToTheVerdict(Verdict verdict, String rule) throws Exception {
        List<RuleFinding> findings = List.of(
                finding(RuleName.FOREIGN_HOST, 0, Enforcement.DENY),
                finding(RuleName.HOST_CLAIM, 0, Enforcement.WARN),
                finding(RuleName.OPEN_GATEWAY, 0, Enforcement.AUDIT));
        assertThat(response(found(verdict, findings, "a"))
                        .at("/auditAnnotations/rules")
                        .asText())
                .isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({"red, blue, blue", ", red, red", "red, , red"})
    void aUsergroupThatIsLeftIsNamed(@Nullable String before, @Nullable String after, String named) throws Exception {
        Outcome outcome = allowed("1", null).about(new LabelChange(before, after), null);
        assertThat(response(outcome).at("/auditAnnotations/usergroup").asText()).isEqualTo(named);
    }

    private static JsonNode response(Outcome outcome) throws IOException {
        return JsonTrees.MAPPER.readTree(ReviewEncoder.encode(outcome)).path("response");
    }

    private static Outcome denied(int violations, String name) throws Exception {
        List<RuleFinding> findings = new ArrayList<>();
        for (int i = 0; i < violations; i++) {
            findings.add(finding(RuleName.FOREIGN_HOST, i, Enforcement.DENY));
        }
        return found(Verdict.DENIED, findings, name);
    }

    private static RuleFinding finding(RuleName rule, int i, Enforcement enforcement) {
        return new RuleFinding(
                new Violation(
                        rule,
                        "spec.hosts[" + i + "]",
                        i == 1 ? null : "b",
                        "one of its own",
                        "why",
                        "how",
                        "b",
                        Set.of(),
                        null),
                enforcement,
                false,
                null);
    }

    private static Outcome found(Verdict verdict, List<RuleFinding> findings, String name) throws Exception {
        return new Outcome(
                request("1", name),
                Webhook.VALIDATE,
                verdict,
                new Decision(verdict, findings),
                Map.of(),
                null,
                false,
                LabelChange.unchanged(null),
                null);
    }

    private static Outcome allowed(String uid, @Nullable String usergroup) throws Exception {
        return new Outcome(
                request(uid, "a"),
                Webhook.VALIDATE,
                Verdict.ALLOWED,
                new Decision(Verdict.ALLOWED, List.of()),
                Map.of(),
                null,
                false,
                LabelChange.unchanged(usergroup),
                null);
    }

    private static AdmissionRequest request(String uid, String name) throws Exception {
        String review = """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":%s,"operation":"CREATE","name":"%s",
                "kind":{"group":"","version":"v1","kind":"Service"},"resource":{"group":"","resource":"services"}}}
                """.formatted(JsonTrees.MAPPER.writeValueAsString(uid), name);
        return ReviewDecoder.decode(review.getBytes(UTF_8), Set.of());
    }
}
