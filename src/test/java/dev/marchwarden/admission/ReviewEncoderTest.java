package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way of a plain yes gives the bytes of the long one, whatever a request holds. */
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

    private static Outcome allowed(String uid, @Nullable String usergroup) throws Exception {
        String review = """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":%s,"operation":"CREATE",
                "kind":{"group":"","version":"v1","kind":"Service"},"resource":{"group":"","resource":"services"}}}
                """.formatted(JsonTrees.MAPPER.writeValueAsString(uid));
        return new Outcome(
                ReviewDecoder.decode(review.getBytes(UTF_8), Set.of()),
                Webhook.VALIDATE,
                Verdict.ALLOWED,
                new Decision(Verdict.ALLOWED, List.of()),
                Map.of(),
                null,
                false,
                LabelChange.unchanged(usergroup),
                null);
    }
}
