package dev.marchwarden.policy;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The policy's judgement of a change, before rights are asked for.
 *
 * @param findings all of them, those included that a right would lift
 * @param exempt whether the author is one whom the tenancy exempts
 */
public record Judgement(List<RuleFinding> findings, boolean exempt) {
    static final Judgement CLEAN = new Judgement(List.of(), false);

    public Judgement {
        findings = List.copyOf(findings);
    }

    /** The rights that would lift a finding; worth asking about before {@link #decide}. */
    public Set<Requirement> requirements() {
        if (findings.isEmpty()) {
            return Set.of();
        }
        return findings.stream()
                .map(finding -> finding.violation().requirement())
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @param granted the requirements that turned out to be fulfilled
     */
    public Decision decide(Set<Requirement> granted) {
        return decide(new Rights.Answer(granted, null));
    }

    public Decision decide(Rights.Answer answer) {
        if (findings.isEmpty()) {
            return Decision.CLEAN;
        }
        String problem = answer.problem();
        List<RuleFinding> left = findings.stream()
                .filter(finding -> {
                    Requirement requirement = finding.violation().requirement();
                    return requirement == null || !answer.granted().contains(requirement);
                })
                .map(finding -> problem == null ? finding : finding.unasked(problem))
                .toList();
        if (exempt && left.stream().anyMatch(RuleFinding::denies)) {
            return new Decision(
                    Verdict.EXEMPTED, left.stream().map(RuleFinding::exempted).toList());
        }
        return Decision.of(left);
    }
}
