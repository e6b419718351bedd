package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Finding;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.text.Quoted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges manifests as if they were being created: each becomes the AdmissionReview that the API server would send, and goes the way of
 * all reviews.
 */
public final class ManifestCheck {
    private final Admission admission;
    private final Namespaces namespaces;
    private final User author;
    private final String defaultNamespace;

    /**
     * @param namespaces those that the admission goes by
     * @param author on whose behalf
     * @param defaultNamespace of objects that name none and are in one
     */
    public ManifestCheck(Admission admission, Namespaces namespaces, User author, String defaultNamespace) {
        this.admission = admission;
        this.namespaces = namespaces;
        this.author = author;
        this.defaultNamespace = defaultNamespace;
    }

    /**
     * What the policy has to say of one manifest.
     *
     * @param namespace that it would be created in; empty for none
     * @param lookedAt whether it is of a kind that rules look at
     * @param problem why it could not be judged, or empty
     */
    public record Result(
            Manifest manifest, String namespace, boolean lookedAt, List<Finding> findings, String problem) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    public Result check(Manifest manifest) {
        KindTable table = ReachTable.shipped().find(manifest.group(), manifest.kind());
        String namespace = namespace(manifest, table);
        if (isUnknown(namespace, manifest, table)) {
            return unjudged(
                    manifest,
                    namespace,
                    "nothing is known of its namespace " + Quoted.of(namespace)
                            + " (expected: its Namespace among the manifests, or in --namespaces; or another one, in"
                            + " metadata.namespace or -n)");
        }
        try {
            Outcome outcome = admission
                    .decide(Webhook.VALIDATE, ManifestReview.of(manifest, Operation.CREATE, namespace, author))
                    .toCompletableFuture()
                    .join();
            return outcome.verdict() == Verdict.ERROR
                    ? unjudged(manifest, namespace, String.valueOf(outcome.problem()))
                    : new Result(
                            manifest,
                            namespace,
                            outcome.request().isLookedAt(),
                            outcome.findings().findings(),
                            "");
        } catch (JsonProcessingException | MalformedReviewException e) {
            return unjudged(manifest, namespace, String.valueOf(e.getMessage()));
        }
    }

    private static Result unjudged(Manifest manifest, String namespace, String problem) {
        return new Result(manifest, namespace, true, List.of(), problem);
    }

    /** Of a kind that no table knows it is not known either whether its objects are in a namespace. */
    private String namespace(Manifest manifest, @Nullable KindTable table) {
        boolean clusterScoped = table != null && table.clusterScoped();
        if (clusterScoped || manifest.isNamespace()) {
            return "";
        }
        return manifest.namespace().isEmpty() && table != null ? defaultNamespace : manifest.namespace();
    }

    private boolean isUnknown(String namespace, Manifest manifest, @Nullable KindTable table) {
        boolean guarded = table != null || ReachTable.shipped().guards(manifest.group());
        return guarded && !namespace.isEmpty() && namespaces.find(namespace) == null;
    }
}
