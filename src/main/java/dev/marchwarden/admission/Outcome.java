package dev.marchwarden.admission;

import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.Enforcement;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param findings of the policy; none where it was not asked
 * @param added labels that the mutating webhook adds
 * @param problem why it could not be decided, for {@link Verdict#ERROR} only
 * @param unexpected whether that problem is a failure of ours
 * @param usergroup the usergroup label of the namespace; unchanged for what is in a namespace
 * @param revision the label {@code istio.io/rev} of a Namespace; null for anything else, and where nothing was decided
 */
public record Outcome(
        AdmissionRequest request,
        Webhook webhook,
        Verdict verdict,
        Decision findings,
        Map<String, String> added,
        @Nullable String problem,
        boolean unexpected,
        LabelChange usergroup,
        @Nullable LabelChange revision) {
    public Outcome {
        added = Map.copyOf(added);
    }

    Outcome about(LabelChange usergroups, @Nullable LabelChange revisions) {
        return new Outcome(request, webhook, verdict, findings, added, problem, unexpected, usergroups, revisions);
    }

    /** Names of the rules that led to the verdict; those that would have, where they are only audited or their violation was exempted. */
    public Stream<String> leadingRules() {
        Enforcement leading = switch (verdict) {
            case DENIED -> Enforcement.DENY;
            case WARNED -> Enforcement.WARN;
            default -> Enforcement.AUDIT;
        };
        return findings.findings().stream()
                .filter(finding -> finding.enforcement() == leading)
                .map(finding -> finding.violation().rule().spelling())
                .distinct();
    }
}
