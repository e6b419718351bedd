package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Enforcement;
import java.util.List;

/**
 * The decision of the policy about a change.
 *
 * @param findings everything found, whatever it led to
 */
public record Decision(Verdict verdict, List<RuleFinding> findings) {
    static final Decision CLEAN = new Decision(Verdict.ALLOWED, List.of());

    public Decision {
        findings = List.copyOf(findings);
    }

    static Decision of(List<RuleFinding> findings) {
        Enforcement strictest = Enforcement.OFF;
        for (RuleFinding finding : findings) {
            strictest = strictest.stricter(finding.enforcement());
        }
        Verdict verdict = switch (strictest) {
            case DENY -> Verdict.DENIED;
            case WARN -> Verdict.WARNED;
            case AUDIT, OFF -> Verdict.ALLOWED;
        };
        return new Decision(verdict, findings);
    }

    /** The findings of one level. */
    public List<RuleFinding> at(Enforcement enforcement) {
        return findings.isEmpty()
                ? List.of()
                : findings.stream()
                        .filter(finding -> finding.enforcement() == enforcement)
                        .toList();
    }
}
