package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Finding;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import java.util.List;
import java.util.Locale;

/**
 * Judges manifests as if they were being created: each becomes the AdmissionReview that the API server would send, and goes the way of
 * all reviews.
 */
public final class ManifestCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Admission admission;
    private final User author;

    /**
     * @param author on whose behalf
     */
    public ManifestCheck(Admission admission, User author) {
        this.admission = admission;
        this.author = author;
    }

    /**
     * What the policy has to say of one manifest.
     *
     * @param problem why it could not be judged, or empty
     */
    public record Result(Manifest manifest, List<Finding> findings, String problem) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    public Result check(Manifest manifest) {
        try {
            Outcome outcome = admission
                    .decide(Webhook.VALIDATE, JSON.writeValueAsBytes(review(manifest)))
                    .toCompletableFuture()
                    .join();
            return outcome.verdict() == Verdict.ERROR
                    ? unjudged(manifest, String.valueOf(outcome.problem()))
                    : new Result(manifest, outcome.findings().findings(), "");
        } catch (JsonProcessingException | MalformedReviewException e) {
            return unjudged(manifest, String.valueOf(e.getMessage()));
        }
    }

    private static Result unjudged(Manifest manifest, String problem) {
        return new Result(manifest, List.of(), problem);
    }

    private ObjectNode review(Manifest manifest) {
        String[] groupVersion = manifest.apiVersion().split("/", 2);
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", "check").put("operation", "CREATE");
        String group = groupVersion.length == 2 ? groupVersion[0] : "";
        request.putObject("kind")
                .put("group", group)
                .put("version", groupVersion[groupVersion.length - 1])
                .put("kind", manifest.kind());
        request.putObject("resource").put("group", group).put("resource", plural(manifest.kind()));
        request.put("name", manifest.name())
                .put("namespace", manifest.isNamespace() ? manifest.name() : manifest.namespace());
        ArrayNode groups =
                request.putObject("userInfo").put("username", author.name()).putArray("groups");
        author.groups().forEach(groups::add);
        request.set("object", manifest.object());
        return review;
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
    }
}
