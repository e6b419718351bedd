package dev.marchwarden.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.tenancy.TenancyFile;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code test-fixtures/reviews/AREA/CASE}: the review in {@code request.json} and what both webhooks must answer in {@code
 * expected.json}. A case or its area may bring its own {@code tenancy.yaml} and {@code namespaces.yaml}; the recorded reviews' are what
 * the others get.
 *
 * <p>{@code expected.json} says {@code "malformed": true}, or for each webhook: {@code allowed}, and where they are not none or zero:
 * {@code code}, {@code rules} (those that led to the verdict), {@code warnings} (how many), {@code message} (a part of it), {@code patch}.
 */
class GoldenReviewTest {
    private static final Path REVIEWS = Path.of("test-fixtures/reviews");
    private static final Path RECORDED = Path.of("test-fixtures/admission-reviews");
    private static final Set<String> KEYS = Set.of("allowed", "code", "rules", "warnings", "message", "patch");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Path> cases() throws Exception {
        try (Stream<Path> files = Files.walk(REVIEWS)) {
            return files.filter(file -> file.endsWith("request.json"))
                    .map(file -> REVIEWS.relativize(file).getParent())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnsweredAsExpected(Path path) throws Exception {
        byte[] review = Files.readAllBytes(REVIEWS.resolve(path).resolve("request.json"));
        JsonNode expected =
                JSON.readTree(REVIEWS.resolve(path).resolve("expected.json").toFile());
        Admission admission = admission(path);
        if (expected.path("malformed").asBoolean()) {
            for (Webhook webhook : Webhook.values()) {
                assertThatThrownBy(() -> admission.decide(webhook, review))
                        .isInstanceOf(MalformedReviewException.class)
                        .hasMessageMatching("[ -~]+ \\(expected: [ -~]+\\)");
            }
            return;
        }
        for (Webhook webhook : Webhook.values()) {
            JsonNode wanted = expected.path(webhook.spelling());
            assertThat(wanted.has("allowed"))
                    .as("%s.allowed in %s", webhook.spelling(), path)
                    .isTrue();
            assertThat(KEYS).containsAll(keys(wanted));
            Outcome outcome =
                    admission.decide(webhook, review).toCompletableFuture().join();
            byte[] bytes = ReviewEncoder.encode(outcome);
            compare(wanted, Answer.of(bytes));
            readable(bytes, JSON.readTree(review).path("request").path("uid").textValue());
        }
    }

    private static void compare(JsonNode wanted, Answer answer) {
        List<String> rules = new ArrayList<>();
        wanted.path("rules").forEach(rule -> rules.add(rule.asText()));
        assertThat(answer.allowed())
                .as(answer.toString())
                .isEqualTo(wanted.path("allowed").asBoolean());
        assertThat(answer.code()).isEqualTo(wanted.path("code").asInt());
        assertThat(answer.rules()).containsExactlyInAnyOrderElementsOf(rules);
        assertThat(answer.warnings()).hasSize(wanted.path("warnings").asInt());
        assertThat(answer.message()).contains(wanted.path("message").asText());
        assertThat(answer.patch()).isEqualTo(wanted.get("patch"));
    }

    /** By a model of the format that is not ours. */
    private static void readable(byte[] answer, String uid) throws Exception {
        AdmissionReview review = JSON.readValue(answer, AdmissionReview.class);
        assertThat(review.getApiVersion()).isEqualTo("admission.k8s.io/v1");
        assertThat(review.getKind()).isEqualTo("AdmissionReview");
        assertThat(review.getRequest()).isNull();
        AdmissionResponse response = review.getResponse();
        assertThat(response.getUid()).isEqualTo(uid);
        assertThat(response.getAdditionalProperties()).isEmpty();
        assertThat(response.getPatch() == null).isEqualTo(response.getPatchType() == null);
        assertThat(response.getStatus() == null).isEqualTo(response.getAllowed());
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static Admission admission(Path path) throws Exception {
        Policy policy = new Policy(TenancyFile.read(nearest("tenancy.yaml", path)));
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream()).read(List.of(nearest("namespaces.yaml", path))),
                policy.tenancy().usergroupLabel());
        return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
    }

    private static Path nearest(String file, Path path) {
        Path directory = REVIEWS.resolve(path);
        return Stream.of(directory, directory.resolve(".."), RECORDED)
                .map(place -> place.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
