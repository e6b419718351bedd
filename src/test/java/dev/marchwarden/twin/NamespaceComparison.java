package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Quoted;
import dev.marchwarden.twin.CelPolicy.Failure;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the webhook and the twin about the same write of a namespace, with the same rights granted to its author. */
public final class NamespaceComparison {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The webhook's messages name what the author may have meant, which no expression can. */
    private static final Set<RuleName> GUESSED = EnumSet.of(RuleName.UNKNOWN_USERGROUP, RuleName.UNKNOWN_REVISION);

    /** A name that the webhook escapes or cuts, and the twin leaves out. */
    private static final Pattern UNPRINTABLE_AUTHOR =
            Pattern.compile(": (\"[^\"]*[\\\\?].*\"|\"[^\"]{80}\\.\\.\\.\") may not (add|remove) a namespace");

    private final Policy policy;
    private final List<CelPolicy> twin;
    private final Map<String, Integer> denials = new HashMap<>();
    private int reviews;

    NamespaceComparison(Policy policy, List<CelPolicy> twin) {
        this.policy = policy;
        this.twin = twin;
    }

    public static NamespaceComparison of(Tenancy tenancy) {
        return new NamespaceComparison(new Policy(tenancy), CelPolicy.of(new CelTwin(tenancy).objects()));
    }

    /** By a webhook that knows one tenancy, and a twin that was made of another. */
    public static NamespaceComparison of(Tenancy webhook, Tenancy twin) {
        return new NamespaceComparison(new Policy(webhook), CelPolicy.of(new CelTwin(twin).objects()));
    }

    /** Whether the webhook denies what no policy of the twin does: with nobody to answer, it depends on the failurePolicy. */
    public boolean isDeniedByTheWebhookAlone(
            byte[] review, Namespaces namespaces, BiPredicate<User, Requirement> granted) throws Exception {
        Outcome outcome = outcome(review, namespaces, granted);
        if (outcome.findings().findings().stream().noneMatch(RuleFinding::denies)) {
            return false;
        }
        JsonNode request = JSON.readTree(review).path("request");
        Set<String> rights = granted(outcome.request().user(), granted);
        return twin.stream()
                .flatMap(one -> one.failures(request, rights).stream())
                .noneMatch(failure -> failure.action().equals("deny"));
    }

    /** How many were decided by both. */
    int reviews() {
        return reviews;
    }

    /** How often the twin denied by each rule. */
    Map<String, Integer> denials() {
        return denials;
    }

    /**
     * What the twin says too much, too little, or in other words; empty where nothing.
     *
     * @param granted by the cluster's authorizer
     */
    Optional<String> difference(byte[] review, Namespaces namespaces, BiPredicate<User, Requirement> granted)
            throws Exception {
        Outcome outcome = outcome(review, namespaces, granted);
        if (outcome.verdict() == Verdict.ERROR) {
            return Optional.empty(); // no API server sends such a review
        }
        reviews++;
        User user = outcome.request().user();
        JsonNode request = JSON.readTree(review).path("request");
        List<Failure> found = twin.stream()
                .flatMap(one -> one.failures(request, granted(user, granted)).stream())
                .toList();
        found.stream()
                .filter(failure -> failure.action().equals("deny"))
                .map(Failure::rule)
                .distinct()
                .forEach(rule -> denials.merge(rule, 1, Integer::sum));
        return difference(outcome, found, requirement -> granted.test(user, requirement))
                .map(what -> what + "\n  " + request);
    }

    private Outcome outcome(byte[] review, Namespaces namespaces, BiPredicate<User, Requirement> granted)
            throws Exception {
        Rights rights = (user, asked) -> CompletableFuture.completedFuture(new Rights.Answer(
                asked.stream()
                        .filter(requirement -> granted.test(user, requirement))
                        .collect(Collectors.toSet()),
                null));
        return new Admission(() -> policy, () -> namespaces, rights)
                .decide(Webhook.VALIDATE, review)
                .toCompletableFuture()
                .join();
    }

    /** What the webhook denies of what the twin covers: the messages, as far as both have the same words. */
    public List<String> denials(byte[] review, Namespaces namespaces, BiPredicate<User, Requirement> granted)
            throws Exception {
        Outcome outcome = outcome(review, namespaces, granted);
        User user = outcome.request().user();
        return outcome.findings().findings().stream()
                .filter(RuleFinding::denies)
                .map(RuleFinding::violation)
                .filter(violation -> isCovered(violation, outcome, requirement -> granted.test(user, requirement)))
                .map(violation -> comparable(violation.rule(), violation.explanation()))
                .toList();
    }

    private Set<String> granted(User user, BiPredicate<User, Requirement> granted) {
        return policy.tenancy().usergroups().stream()
                .flatMap(usergroup ->
                        Stream.of(Requirement.Verb.values()).map(verb -> new Requirement(verb, usergroup.name())))
                .filter(requirement -> granted.test(user, requirement))
                .map(Requirement::toString)
                .collect(Collectors.toSet());
    }

    private Optional<String> difference(Outcome outcome, List<Failure> found, Predicate<Requirement> granted) {
        if (policy.tenancy()
                .exempts(
                        outcome.request().user().name(),
                        outcome.request().user().groups())) {
            return found.isEmpty() ? Optional.empty() : Optional.of("an exempted author is stopped: " + found);
        }
        List<RuleFinding> covered = outcome.findings().findings().stream()
                .filter(finding -> !finding.standing() && isCovered(finding.violation(), outcome, granted))
                .toList();
        for (Enforcement enforcement : List.of(Enforcement.DENY, Enforcement.WARN, Enforcement.AUDIT)) {
            List<Violation> wanted = covered.stream()
                    .filter(finding -> finding.enforcement() == enforcement)
                    .map(RuleFinding::violation)
                    .toList();
            List<String> messages = found.stream()
                    .filter(failure -> failure.action().equals(enforcement.spelling()))
                    .map(Failure::message)
                    .toList();
            Optional<String> difference = difference(wanted, messages);
            if (difference.isPresent()) {
                return difference.map(what -> enforcement.spelling() + ": " + what);
            }
        }
        return Optional.empty();
    }

    /** What the rule book says is the webhook's alone: waypoints, and the members of a system namespace that its mesh admin deletes. */
    private boolean isCovered(Violation violation, Outcome outcome, Predicate<Requirement> granted) {
        return switch (violation.rule()) {
            case AMBIENT_MODE -> violation.path().endsWith("[istio.io/dataplane-mode]");
            case SYSTEM_NAMESPACE -> {
                if (!violation.path().equals("metadata.name")) {
                    yield true;
                }
                String usergroup = violation.concerned().iterator().next();
                yield !outcome.request()
                                .user()
                                .mayAdminister(
                                        Objects.requireNonNull(policy.tenancy().usergroup(usergroup)))
                        && !granted.test(new Requirement(Requirement.Verb.ADMINISTER, usergroup));
            }
            default -> true;
        };
    }

    /** In the same order and, but for what only the webhook can say, in the same words. */
    private static Optional<String> difference(List<Violation> wanted, List<String> messages) {
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>(messages);
        boolean isProtected = false;
        for (Violation violation : wanted) {
            if (violation.rule() == RuleName.PROTECTED_NAMESPACE) {
                if (isProtected) {
                    continue; // the twin names the first label
                }
                isProtected = true;
            }
            theirs.add(comparable(violation.rule(), violation.explanation()));
        }
        ours.replaceAll(message -> comparable(
                RuleName.named(message.substring(0, message.indexOf(':'))).orElseThrow(), message));
        return theirs.equals(ours)
                ? Optional.empty()
                : Optional.of("the webhook says " + theirs + "\n  and the twin " + ours);
    }

    /** An API server sends no label that is not printable; some of the golden reviews have one. */
    private static String comparable(RuleName rule, String text) {
        String message = Quoted.printable(text, Integer.MAX_VALUE);
        if (rule == RuleName.MEMBERSHIP_NOT_PERMITTED) {
            message = UNPRINTABLE_AUTHOR.matcher(message).replaceFirst(": the author may not $2 a namespace");
        }
        boolean deletion = message.startsWith("system-namespace: metadata.name ");
        return GUESSED.contains(rule) || deletion ? message.substring(0, message.indexOf(", expected")) : message;
    }
}
