package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A revision on pods that is not their usergroup's: in a namespace that has none it chooses the mesh, in any other it misleads. */
final class WorkloadRevision implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.WORKLOAD_REVISION;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.POD_REVISION);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null && "false".equals(Workload.of(leaf, surroundings).label(Workload.INJECT))) {
            return null; // no injector looks at it, whatever else it says: so is another Istio's own control plane
            // labelled
        }
        if (usergroup == null) {
            return surroundings
                    .violation(name(), leaf)
                    .expected("no such label, because its namespace is in no usergroup")
                    .because("a pod could choose any mesh with this label")
                    .fix("remove " + leaf.path() + ", or ask an owner of a usergroup to let the namespace join");
        }
        if (usergroup.equals(surroundings.tenancy().servedBy(leaf.value()))) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("no such label, or " + Quoted.of(usergroup.defaultRevision()) + ", which serves usergroup "
                        + usergroup.name())
                .because(
                        "no control plane of its usergroup injects this revision, so the pod would have a proxy of another mesh or none")
                .fix("remove " + leaf.path());
    }
}
