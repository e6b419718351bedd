package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.EnforcementTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the violations of a change. Of those that weigh the same so many are kept: more would be read by nobody, and cost memory. A right
 * that is granted lifts all that hang on it, so it is part of the weight.
 */
final class RuleFindings {
    static final int MAX_OF_A_WEIGHT = 50;

    private static final StandingViolations NOTHING = new StandingViolations(List.of(), new Growth(false));

    private final EnforcementTable enforcement;
    private final List<RuleFinding> findings = new ArrayList<>();
    private final Map<Weight, Integer> counts = new HashMap<>();

    private record Weight(Enforcement enforcement, @Nullable Requirement requirement) {}

    RuleFindings(EnforcementTable enforcement) {
        this.enforcement = enforcement;
    }

    void addAll(List<Violation> violations) {
        addAll(violations, NOTHING);
    }

    void addAll(List<Violation> violations, StandingViolations standing) {
        for (Violation violation : violations) {
            Enforcement level = violation.level(enforcement);
            if (level != Enforcement.OFF) {
                add(RuleFinding.of(violation, level, standing.takes(violation)));
            }
        }
    }

    private void add(RuleFinding finding) {
        Weight weight = new Weight(finding.enforcement(), finding.violation().requirement());
        if (counts.merge(weight, 1, Integer::sum) <= MAX_OF_A_WEIGHT) {
            findings.add(finding);
        }
    }

    boolean isEmpty() {
        return findings.isEmpty();
    }

    List<RuleFinding> list() {
        return findings;
    }
}
