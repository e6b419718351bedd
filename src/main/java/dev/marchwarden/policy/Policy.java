package dev.marchwarden.policy;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.config.ConfigRules;
import dev.marchwarden.policy.core.CoreRules;
import dev.marchwarden.policy.core.CoreScope;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.policy.workload.WorkloadRules;
import dev.marchwarden.tenancy.ExceptionEntry;
import dev.marchwarden.tenancy.Tenancy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The rules under one tenancy. Immutable, and safe to use from any thread; a reloaded tenancy is a new policy.
 *
 * <p>A change is judged, not an object: what a change introduces is enforced, what was wrong before and stays as it was is at most a
 * warning. So no unrelated edit, finalizer or status write is stopped by an old mistake, and no mistake grows.
 */
public final class Policy {
    private final Tenancy tenancy;
    private final List<NamespaceRule> namespaceRules;
    private final ObjectRules objectRules;
    private final Set<String> guardedLabels;
    private final Predicate<ExceptionEntry> exceptionHolds;

    public Policy(Tenancy tenancy) {
        this(tenancy, ExceptionEntry::holdsNow);
    }

    /** @param exceptionHolds whether an exception of the tenancy has not ended */
    public Policy(Tenancy tenancy, Predicate<ExceptionEntry> exceptionHolds) {
        this(
                tenancy,
                exceptionHolds,
                NamespaceRules.ALL,
                Stream.of(ConfigRules.ALL, WorkloadRules.ALL, CoreRules.ALL)
                        .flatMap(List::stream)
                        .toList());
    }

    /** With rules of the caller's choice, to show that a test notices when one of them is wrong. */
    Policy(Tenancy tenancy, List<NamespaceRule> namespaceRules, List<ObjectRule> objectRules) {
        this(tenancy, ExceptionEntry::holdsNow, namespaceRules, objectRules);
    }

    private Policy(
            Tenancy tenancy,
            Predicate<ExceptionEntry> exceptionHolds,
            List<NamespaceRule> namespaceRules,
            List<ObjectRule> objectRules) {
        this.tenancy = tenancy;
        this.exceptionHolds = exceptionHolds;
        this.namespaceRules = List.copyOf(namespaceRules);
        this.objectRules = new ObjectRules(objectRules);
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
        RuleFindings findings = new RuleFindings(tenancy.enforcement());
        NamespaceState before = change.before();
        NamespaceState after = change.operation() == Operation.DELETE ? null : change.after();
        for (NamespaceRule rule : namespaceRules) {
            List<Violation> now = after == null ? List.of() : rule.ofState(after, surroundings);
            if (!now.isEmpty()) {
                findings.addAll(
                        now,
                        new StandingViolations(
                                before == null ? List.of() : rule.ofState(before, surroundings), new Growth(false)));
            }
            findings.addAll(rule.ofChange(change, surroundings));
        }
        return judgement(findings.list(), change.user());
    }

    /**
     * @param namespaces the cluster as it is before the change; it knows the object's own namespace
     */
    public Judgement judge(ObjectChange change, Namespaces namespaces) {
        if (ControlPlaneProbe.is(change, tenancy)) {
            return Judgement.CLEAN;
        }
        ObjectSurroundings surroundings = ObjectSurroundings.of(change, tenancy, namespaces);
        RuleFindings findings = new RuleFindings(tenancy.enforcement());
        if (change.operation() != Operation.DELETE && CoreScope.isRead(change, surroundings.boundary())) {
            List<Violation> now = objectRules.ofState(change.after(), surroundings);
            if (!now.isEmpty()) {
                findings.addAll(
                        now,
                        new StandingViolations(
                                objectRules.ofState(change.before(), surroundings),
                                new Growth(surroundings.boundary().isolated())));
            }
        }
        findings.addAll(objectRules.ofChange(change, surroundings));
        if (findings.isEmpty()) {
            return Judgement.CLEAN;
        }
        Exceptions exceptions = Exceptions.of(change, surroundings.boundary(), tenancy.exceptions(), exceptionHolds);
        return judgement(findings.list().stream().map(exceptions::apply).toList(), change.user());
    }

    private Judgement judgement(List<RuleFinding> findings, User user) {
        return findings.isEmpty()
                ? Judgement.CLEAN
                : new Judgement(findings, tenancy.exempts(user.name(), user.groups()));
    }

    /**
     * The labels that complete the pair on a namespace, where the author set one half and the tenancy says what the other is; empty
     * where there is nothing to complete. Membership is judged afterwards, on the completed pair.
     */
    public Map<String, String> complete(NamespaceChange change) {
        return PairCompletion.of(change, tenancy);
    }
}
