package dev.marchwarden.policy;

import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules under one tenancy. Immutable, and safe to use from any thread; a reloaded tenancy is a new policy.
 *
 * <p>A change is judged, not an object: what a change introduces is enforced, what was wrong before and stays as it was is at most a
 * warning. So no unrelated edit, finalizer or status write is stopped by an old mistake, and no mistake grows.
 */
public final class Policy {
    private final Tenancy tenancy;
    private final List<NamespaceRule> rules;
    private final Set<String> guardedLabels;

    public Policy(Tenancy tenancy) {
        this(tenancy, NamespaceRules.ALL);
    }

    /** With rules of the caller's choice, to show that a test notices when one of them is wrong. */
    Policy(Tenancy tenancy, List<NamespaceRule> rules) {
        this.tenancy = tenancy;
        this.rules = List.copyOf(rules);
        this.guardedLabels = MeshLabels.guarded(tenancy.usergroupLabel());
    }

    public Tenancy tenancy() {
        return tenancy;
    }

    /** The namespace labels that a state must carry over from the object; the others make no difference. */
    public Set<String> guardedLabels() {
        return guardedLabels;
    }

    /**
     * @param namespaces the cluster as it is before the change
     */
    public Judgement judge(NamespaceChange change, Namespaces namespaces) {
        Surroundings surroundings = new Surroundings(tenancy, namespaces, change);
        List<Finding> findings = new ArrayList<>();
        for (NamespaceRule rule : rules) {
            judgeState(rule, change, surroundings, findings);
            rule.ofChange(change, surroundings).forEach(violation -> add(violation, false, findings));
        }
        if (findings.isEmpty()) {
            return Judgement.CLEAN;
        }
        return new Judgement(
                findings, tenancy.exempts(change.user().name(), change.user().groups()));
    }

    private void judgeState(
            NamespaceRule rule, NamespaceChange change, Surroundings surroundings, List<Finding> findings) {
        NamespaceState after = change.after();
        if (change.operation() == Operation.DELETE || after == null) {
            return;
        }
        List<Violation> introduced = rule.ofState(after, surroundings);
        if (introduced.isEmpty()) {
            return;
        }
        NamespaceState before = change.before();
        List<Violation> earlier = before == null ? List.of() : rule.ofState(before, surroundings);
        for (Violation violation : introduced) {
            add(violation, earlier.stream().anyMatch(violation::restsOnTheSameAs), findings);
        }
    }

    private void add(Violation violation, boolean standing, List<Finding> findings) {
        Enforcement enforcement = tenancy.enforcement().level(violation.rule(), violation.concerned());
        if (enforcement != Enforcement.OFF) {
            findings.add(Finding.of(violation, enforcement, standing));
        }
    }

    /**
     * The labels that complete the pair on a namespace, where the author set one half and the tenancy says what the other is; empty
     * where there is nothing to complete. Membership is judged afterwards, on the completed pair.
     */
    public Map<String, String> complete(NamespaceChange change) {
        return PairCompletion.of(change, tenancy);
    }
}
