package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewDecoder;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges manifests as if they were being created: each becomes the AdmissionReview that the API server would send, and goes the way of
 * all reviews.
 */
public final class ManifestCheck {
    private static final Set<String> WORKLOADS = Set.of(
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "apps/Deployment",
            "apps/StatefulSet",
            "apps/DaemonSet",
            "apps/ReplicaSet",
            "batch/Job",
            "batch/CronJob");

    /**
     * Documents of a group that is judged, of a kind that no API server has (gateway-api: conformance/apis/v1/conformancereport.go, without a
     * CustomResourceDefinition).
     */
    private static final Set<String> NEVER_SERVED = Set.of("gateway.networking.k8s.io/ConformanceReport");

    /** For whom it is judged where nobody is named. No Kubernetes user is called so. */
    private static final String ANY_OWNER = "(an owner)";

    private final Admission admission;
    private final Namespaces namespaces;
    private final User author;
    private final String defaultNamespace;
    private final boolean workloads;

    /**
     * On behalf of nobody in particular: an owner of every usergroup who is no mesh admin.
     *
     * @param defaultNamespace of objects that name none and are in one
     * @param workloads whether pods, and the templates that make them, are looked at
     */
    public static ManifestCheck asOwner(
            Tenancy tenancy, Namespaces namespaces, String defaultNamespace, boolean workloads) {
        return new ManifestCheck(
                tenancy.ownedAlsoBy(ANY_OWNER),
                namespaces,
                new User(ANY_OWNER, List.of()),
                defaultNamespace,
                workloads);
    }

    /**
     * By what the tenancy alone permits.
     *
     * @param author on whose behalf
     * @param defaultNamespace of objects that name none and are in one
     * @param workloads whether pods, and the templates that make them, are looked at
     */
    public ManifestCheck(
            Tenancy tenancy, Namespaces namespaces, User author, String defaultNamespace, boolean workloads) {
        Policy policy = new Policy(tenancy);
        this.admission = new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        this.namespaces = namespaces;
        this.author = author;
        this.defaultNamespace = defaultNamespace;
        this.workloads = workloads;
    }

    /**
     * What the policy has to say of one manifest.
     *
     * @param namespace that it would be created in; empty for none
     * @param lookedAt whether it is of a kind that rules look at
     * @param problem why it could not be judged, or empty
     */
    public record Result(
            Manifest manifest, String namespace, boolean lookedAt, List<RuleFinding> findings, String problem) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    public Result check(Manifest manifest) {
        KindTable table = ReachTable.shipped().find(manifest.group(), manifest.kind());
        String namespace = namespace(manifest, table);
        if (isNeverServed(manifest) || (!workloads && isWorkload(manifest))) {
            return new Result(manifest, namespace, false, List.of(), "");
        }
        byte[] review;
        try {
            review = ManifestReview.of(manifest, Operation.CREATE, namespace, author);
            if (!ReviewDecoder.decode(review, Set.of()).isLookedAt()) {
                return new Result(manifest, namespace, false, List.of(), "");
            }
        } catch (JsonProcessingException | MalformedReviewException e) {
            return unjudged(manifest, namespace, String.valueOf(e.getMessage()));
        }
        if (isUnknown(namespace, manifest, table)) {
            return unjudged(
                    manifest,
                    namespace,
                    "the namespace " + Quoted.of(namespace)
                            + " is not known (expected: its Namespace among the manifests"
                            + " or in --namespaces, --usergroup NAME if it is a member of that usergroup, or another"
                            + " namespace in metadata.namespace or -n)");
        }
        try {
            Outcome outcome = admission
                    .decide(Webhook.VALIDATE, review)
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
        } catch (MalformedReviewException e) {
            return unjudged(manifest, namespace, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isNeverServed(Manifest manifest) {
        return NEVER_SERVED.contains(manifest.group() + "/" + manifest.kind());
    }

    private static boolean isWorkload(Manifest manifest) {
        String group = manifest.group();
        return WORKLOADS.contains(group.isEmpty() ? manifest.kind() : group + "/" + manifest.kind());
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
