package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer as its bytes have it, read by nothing of ours.
 *
 * @param code of the status, 0 where there is none
 * @param decision the audit annotation of that name
 * @param rules the audit annotation of that name, taken apart
 * @param patch null where there is none
 */
public record Answer(
        String uid,
        boolean allowed,
        int code,
        String message,
        String decision,
        List<String> rules,
        List<String> warnings,
        @Nullable JsonNode patch) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Sends a review through the whole way from bytes to bytes. */
    public static Answer to(byte[] review, Webhook webhook, Admission admission) throws MalformedReviewException {
        return of(ReviewEncoder.encode(
                admission.decide(webhook, review).toCompletableFuture().join()));
    }

    /** The same for a review that is known to be one. */
    public static Answer to(NamespaceReview review, Webhook webhook, Admission admission) {
        try {
            return to(review.bytes(), webhook, admission);
        } catch (MalformedReviewException e) {
            throw new AssertionError("a review of the test's own making was refused", e);
        }
    }

    public static Answer of(byte[] answer) {
        try {
            JsonNode response = JSON.readTree(answer).path("response");
            JsonNode status = response.path("status");
            JsonNode annotations = response.path("auditAnnotations");
            String rules = annotations.path("rules").asText();
            List<String> warnings = new ArrayList<>();
            response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
            JsonNode patch = response.hasNonNull("patch")
                    ? JSON.readTree(new String(
                            Base64.getDecoder().decode(response.get("patch").asText()), UTF_8))
                    : null;
            return new Answer(
                    response.path("uid").asText(),
                    response.path("allowed").asBoolean(),
                    status.path("code").asInt(),
                    status.path("message").asText(),
                    annotations.path("decision").asText(),
                    rules.isEmpty() ? List.of() : Arrays.asList(rules.split(",", -1)),
                    warnings,
                    patch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
