package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A pod that the injector of another usergroup has changed. */
final class ForeignInjection implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.FOREIGN_INJECTION;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.INJECTED_REVISION, Reach.INJECTION_STATUS);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        boolean status = leaf.reach() == Reach.INJECTION_STATUS;
        String revision = status ? revisionIn(leaf.value()) : leaf.value();
        Usergroup usergroup = surroundings.boundary().usergroup();
        Usergroup serving = revision == null ? null : surroundings.tenancy().servedBy(revision);
        // In a namespace of no usergroup a revision that the tenancy does not know may be somebody else's Istio.
        if (usergroup == null ? serving == null : usergroup.equals(serving)) {
            return null;
        }
        var violation = status && revision != null
                ? surroundings.violation(name(), leaf, ".revision", revision)
                : surroundings.violation(name(), leaf);
        return violation
                .expected(expected(usergroup, status && revision == null))
                .because("its proxy would belong to a mesh that its namespace is not in")
                .fix(
                        Workload.of(leaf, surroundings).isTemplate()
                                ? "remove " + leaf.path() + ", which only an injector writes"
                                : "fix the labels of the namespace, then create the pod again from"
                                        + " what its author wrote");
    }

    /** Null where it says none, or nothing that can be read. */
    private static @Nullable String revisionIn(String status) {
        Embedded.Fields fields = Embedded.json(status);
        return fields == null ? null : fields.text("revision");
    }

    private static String expected(@Nullable Usergroup usergroup, boolean unreadable) {
        if (usergroup == null) {
            return "no proxy of the tenancy's meshes, because its namespace is in no usergroup";
        }
        String own = Quoted.of(usergroup.defaultRevision()) + ", which serves usergroup " + usergroup.name();
        return unreadable ? "JSON with a revision as the injector writes it: " + own : own;
    }
}
