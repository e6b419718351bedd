package dev.marchwarden.policy.core;

import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Service that says it is the gateway to a network: then all of the mesh sends there what is meant for that network. */
final class NetworkEntry implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.MESH_WIDE_CONFIG;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.NETWORK_ENTRY);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        Usergroup usergroup = surroundings.boundary().usergroup();
        if (usergroup == null || surroundings.mayRun(usergroup)) {
            return null;
        }
        return surroundings
                .violation(name(), leaf)
                .expected("no such label, unless a mesh admin of usergroup " + usergroup.name() + " writes it")
                .because("every proxy of the usergroup would send traffic for that network here")
                .unless(Requirement.administer(usergroup))
                .fix("remove " + leaf.path());
    }
}
