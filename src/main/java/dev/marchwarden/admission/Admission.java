package dev.marchwarden.admission;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.Judgement;
import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceLookup;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Decides a review. Never allows what it did not decide: whatever goes wrong on the way is an outcome with {@link
 * Verdict#ERROR}.
 */
public final class Admission {
    private static final Decision NOTHING_FOUND = new Decision(Verdict.ALLOWED, List.of());

    private final Supplier<Policy> policy;
    private final Supplier<Namespaces> namespaces;
    private final NamespaceLookup lookup;
    private final Rights rights;

    /** Over namespaces that are all there are. */
    public Admission(Supplier<Policy> policy, Supplier<Namespaces> namespaces, Rights rights) {
        this(policy, namespaces, NamespaceLookup.NONE, rights);
    }

    /**
     * @param policy the one in force, asked once a request
     * @param namespaces the latest snapshot, asked once a request; throws {@link ClusterUnknownException} while there is none
     * @param lookup for the namespace of an object, where the snapshot does not know it
     */
    public Admission(Supplier<Policy> policy, Supplier<Namespaces> namespaces, NamespaceLookup lookup, Rights rights) {
        this.policy = policy;
        this.namespaces = namespaces;
        this.lookup = lookup;
        this.rights = rights;
    }

    /** Decodes a review and decides it. */
    public CompletionStage<Outcome> decide(Webhook webhook, byte[] review) throws MalformedReviewException {
        Policy current = policy.get();
        return decided(webhook, ReviewDecoder.decode(review, current.guardedLabels()), current);
    }

    /** Decides a request that was never a review. */
    public CompletionStage<Outcome> decide(Webhook webhook, AdmissionRequest request) {
        return decided(webhook, request, policy.get());
    }

    private CompletionStage<Outcome> decided(Webhook webhook, AdmissionRequest request, Policy current) {
        return guarded(webhook, request, () -> {
            if (request.problem() != null) {
                throw new UndecidableException(request.problem());
            }
            if (request.isNamespace()) {
                return ofNamespace(webhook, request, current);
            }
            return webhook == Webhook.VALIDATE && request.isGuarded()
                    ? ofObject(request, current)
                    : done(outcome(webhook, request, Verdict.ALLOWED, NOTHING_FOUND, Map.of()));
        });
    }

    private interface Step {
        CompletionStage<Outcome> run() throws UndecidableException;
    }

    /** Never throws, and never completes exceptionally. */
    private static CompletionStage<Outcome> guarded(Webhook webhook, AdmissionRequest request, Step step) {
        try {
            return step.run();
        } catch (UndecidableException | RuntimeException | StackOverflowError e) {
            return done(failure(webhook, request, e));
        }
    }

    private CompletionStage<Outcome> ofNamespace(Webhook webhook, AdmissionRequest request, Policy current)
            throws UndecidableException {
        NamespaceChange change = NamespaceChanges.of(request);
        String label = current.tenancy().usergroupLabel();
        if (webhook == Webhook.MUTATE) {
            Map<String, String> added = current.complete(change);
            Verdict verdict = added.isEmpty() ? Verdict.ALLOWED : Verdict.MUTATED;
            return done(outcome(webhook, request, verdict, NOTHING_FOUND, added)
                    .about(label(change, label, added), label(change, MeshLabels.REVISION, added)));
        }
        Judgement judgement = current.judge(change, namespaces.get());
        return withRights(
                request, judgement, label(change, label, Map.of()), label(change, MeshLabels.REVISION, Map.of()));
    }

    private static LabelChange label(NamespaceChange change, String key, Map<String, String> added) {
        String after = added.get(key);
        return new LabelChange(change.labelBefore(key), after == null ? change.labelAfter(key) : after);
    }

    private CompletionStage<Outcome> ofObject(AdmissionRequest request, Policy current) throws UndecidableException {
        Namespaces seen = namespaces.get();
        String own = request.namespace();
        if (!ObjectChanges.isInNamespace(request) || seen.find(own) != null) {
            return ofKnownObject(request, current, seen);
        }
        return lookup.knowing(own, seen)
                .thenCompose(known -> guarded(Webhook.VALIDATE, request, () -> ofKnownObject(request, current, known)))
                .exceptionally(e -> failure(Webhook.VALIDATE, request, e));
    }

    private CompletionStage<Outcome> ofKnownObject(AdmissionRequest request, Policy current, Namespaces seen)
            throws UndecidableException {
        Judgement judgement = current.judge(ObjectChanges.of(request, seen), seen);
        NamespaceState namespace = seen.find(request.namespace());
        String usergroup =
                namespace == null ? null : namespace.label(current.tenancy().usergroupLabel());
        return withRights(request, judgement, LabelChange.unchanged(usergroup), null);
    }

    /** Asks about rights only where the judgement depends on them. */
    private CompletionStage<Outcome> withRights(
            AdmissionRequest request, Judgement judgement, LabelChange usergroup, @Nullable LabelChange revision) {
        Set<Requirement> requirements = judgement.requirements();
        if (requirements.isEmpty()) {
            return done(validated(request, judgement.decide(Set.of())).about(usergroup, revision));
        }
        return rights.granted(request.user(), requirements)
                .thenApply(
                        granted -> validated(request, judgement.decide(granted)).about(usergroup, revision))
                .exceptionally(e -> failure(Webhook.VALIDATE, request, e));
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    private static Outcome validated(AdmissionRequest request, Decision decision) {
        return outcome(Webhook.VALIDATE, request, decision.verdict(), decision, Map.of());
    }

    private static Outcome outcome(
            Webhook webhook, AdmissionRequest request, Verdict verdict, Decision findings, Map<String, String> added) {
        return new Outcome(request, webhook, verdict, findings, added, null, false, LabelChange.NONE, null);
    }

    private static Outcome error(Webhook webhook, AdmissionRequest request, String problem, boolean unexpected) {
        return new Outcome(
                request, webhook, Verdict.ERROR, NOTHING_FOUND, Map.of(), problem, unexpected, LabelChange.NONE, null);
    }

    private static Outcome failure(Webhook webhook, AdmissionRequest request, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof UndecidableException || cause instanceof ClusterUnknownException) {
            return error(webhook, request, String.valueOf(cause.getMessage()), false);
        }
        // Asked for here: setting up the log takes a tenth of the time of a short command, and most have nothing to
        // log.
        LoggerFactory.getLogger(Admission.class)
                .error("request {} could not be decided", Quoted.of(request.uid()), cause);
        return error(
                webhook, request, "an unexpected failure; the log of Marchwarden has it with this request's uid", true);
    }
}
