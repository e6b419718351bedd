package dev.marchwarden.policy;

import dev.marchwarden.policy.config.ConfigRules;
import dev.marchwarden.policy.core.CoreRules;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.policy.workload.WorkloadRules;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Policies that are wrong on purpose, to see whether a test notices. */
public final class OtherRules {
    private OtherRules() {}

    /** All rules but one. */
    public static Policy without(RuleName rule, Tenancy tenancy) {
        return new Policy(
                tenancy,
                NamespaceRules.ALL.stream().filter(one -> one.name() != rule).toList(),
                objectRules().filter(one -> one.name() != rule).toList());
    }

    /** All rules, none of which looks at some changes. */
    public static Policy blindTo(Predicate<NamespaceChange> unseen, Tenancy tenancy) {
        return new Policy(
                tenancy,
                NamespaceRules.ALL.stream()
                        .<NamespaceRule>map(rule -> new Blind(rule, unseen))
                        .toList(),
                objectRules().toList());
    }

    /** All rules, one of which does not look at some changes. */
    public static Policy blindTo(Predicate<NamespaceChange> unseen, RuleName rule, Tenancy tenancy) {
        return new Policy(
                tenancy,
                NamespaceRules.ALL.stream()
                        .map(one -> one.name() == rule ? new Blind(one, unseen) : one)
                        .toList(),
                objectRules().toList());
    }

    private static Stream<ObjectRule> objectRules() {
        return Stream.of(ConfigRules.ALL, WorkloadRules.ALL, CoreRules.ALL).flatMap(List::stream);
    }

    private record Blind(NamespaceRule rule, Predicate<NamespaceChange> unseen) implements NamespaceRule {
        @Override
        public RuleName name() {
            return rule.name();
        }

        @Override
        public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
            return unseen.test(surroundings.change()) ? List.of() : rule.ofState(state, surroundings);
        }

        @Override
        public List<Violation> ofChange(NamespaceChange change, Surroundings surroundings) {
            return unseen.test(change) ? List.of() : rule.ofChange(change, surroundings);
        }
    }
}
