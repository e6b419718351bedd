package dev.marchwarden.admission;

import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.Judgement;
import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a review to its outcome. Never allows what it did not decide: whatever goes wrong on the way is an outcome with {@link
 * Verdict#ERROR}.
 */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Decision NOTHING_FOUND = new Decision(Verdict.ALLOWED, List.of());

    private final Supplier<Policy> policy;
    private final Supplier<Namespaces> namespaces;
    private final Rights rights;

    /**
     * @param policy the one in force, asked once a request
     * @param namespaces the latest snapshot, asked once a request
     */
    public Admission(Supplier<Policy> policy, Supplier<Namespaces> namespaces, Rights rights) {
        this.policy = policy;
        this.namespaces = namespaces;
        this.rights = rights;
    }

    /** Decodes a review and decides it. */
    public CompletionStage<Outcome> decide(Webhook webhook, byte[] review) throws MalformedReviewException {
        Policy current = policy.get();
        return decide(webhook, ReviewDecoder.decode(review, current.guardedLabels()), current);
    }

    /** Decides a request that was never a review. */
    public CompletionStage<Outcome> decide(Webhook webhook, AdmissionRequest request) {
        return decide(webhook, request, policy.get());
    }

    private CompletionStage<Outcome> decide(Webhook webhook, AdmissionRequest request, Policy current) {
        try {
            if (request.problem() != null) {
                throw new UndecidableException(request.problem());
            }
            if (!request.isNamespace()) {
                return CompletableFuture.completedFuture(
                        outcome(webhook, request, Verdict.ALLOWED, NOTHING_FOUND, Map.of()));
            }
            NamespaceChange change = NamespaceChanges.of(request);
            return webhook == Webhook.MUTATE
                    ? CompletableFuture.completedFuture(complete(request, change, current))
                    : validate(request, change, current);
        } catch (UndecidableException e) {
            return CompletableFuture.completedFuture(error(webhook, request, String.valueOf(e.getMessage()), false));
        } catch (RuntimeException | StackOverflowError e) {
            return CompletableFuture.completedFuture(failure(webhook, request, e));
        }
    }

    private static Outcome complete(AdmissionRequest request, NamespaceChange change, Policy current) {
        Map<String, String> added = current.complete(change);
        Outcome outcome = outcome(
                Webhook.MUTATE, request, added.isEmpty() ? Verdict.ALLOWED : Verdict.MUTATED, NOTHING_FOUND, added);
        return withUsergroups(outcome, change, current);
    }

    private CompletionStage<Outcome> validate(AdmissionRequest request, NamespaceChange change, Policy current) {
        Judgement judgement = current.judge(change, namespaces.get());
        Set<Requirement> requirements = judgement.requirements();
        if (requirements.isEmpty()) {
            return CompletableFuture.completedFuture(validated(request, change, current, judgement.decide(Set.of())));
        }
        return rights.granted(change.user(), requirements)
                .thenApply(granted -> validated(request, change, current, judgement.decide(granted)))
                .exceptionally(e -> failure(Webhook.VALIDATE, request, e));
    }

    private static Outcome validated(
            AdmissionRequest request, NamespaceChange change, Policy current, Decision decision) {
        return withUsergroups(
                outcome(Webhook.VALIDATE, request, decision.verdict(), decision, Map.of()), change, current);
    }

    private static Outcome withUsergroups(Outcome outcome, NamespaceChange change, Policy current) {
        String label = current.tenancy().usergroupLabel();
        return new Outcome(
                outcome.request(),
                outcome.webhook(),
                outcome.verdict(),
                outcome.findings(),
                outcome.added(),
                null,
                false,
                change.labelBefore(label),
                outcome.added().getOrDefault(label, change.labelAfter(label)));
    }

    private static Outcome outcome(
            Webhook webhook, AdmissionRequest request, Verdict verdict, Decision findings, Map<String, String> added) {
        return new Outcome(request, webhook, verdict, findings, added, null, false, null, null);
    }

    private static Outcome error(Webhook webhook, AdmissionRequest request, String problem, boolean unexpected) {
        return new Outcome(request, webhook, Verdict.ERROR, NOTHING_FOUND, Map.of(), problem, unexpected, null, null);
    }

    private static Outcome failure(Webhook webhook, AdmissionRequest request, Throwable cause) {
        LOG.error("request {} could not be decided", Quoted.of(request.uid()), cause);
        return error(
                webhook,
                request,
                "an unexpected failure, which the log of Marchwarden has with this request's uid",
                true);
    }
}
