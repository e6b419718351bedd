package dev.marchwarden.decisionlog;

import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which decisions a report is about. An empty set stands for all.
 *
 * @param since the first moment of it
 * @param until the first moment after it
 * @param usergroups one of which the namespace was in before or after
 * @param rules one of which was violated, whatever that led to
 */
public record DecisionFilter(
        @Nullable Instant since,
        @Nullable Instant until,
        Set<String> usergroups,
        Set<String> users,
        Set<String> rules,
        Set<String> namespaces,
        Set<Verdict> verdicts) {
    public DecisionFilter {
        usergroups = Set.copyOf(usergroups);
        users = Set.copyOf(users);
        rules = Set.copyOf(rules);
        namespaces = Set.copyOf(namespaces);
        verdicts = Set.copyOf(verdicts);
    }

    boolean includes(LoggedDecision decision) {
        return (since == null || !decision.time().isBefore(since))
                && (until == null || decision.time().isBefore(until))
                && (usergroups.isEmpty() || usergroups.stream().anyMatch(decision.usergroup()::has))
                && (users.isEmpty() || users.contains(decision.user()))
                && (rules.isEmpty() || decision.rules().stream().anyMatch(rules::contains))
                && (namespaces.isEmpty()
                        || namespaces.contains(decision.object().namespace()))
                && (verdicts.isEmpty() || verdicts.contains(decision.verdict()));
    }
}
