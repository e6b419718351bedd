package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;

/** Configuration in a namespace that no control plane reads: it may be in force in its author's mind only. */
final class ConfigOutsideMesh implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.CONFIG_OUTSIDE_MESH;
    }

    @Override
    public List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        if (state.kind().clusterScoped() || !state.kind().complete()) {
            return List.of();
        }
        Usergroup usergroup = boundary.usergroup();
        if (usergroup != null) {
            return new UnservedGateway(usergroup, surroundings).ofState(state);
        }
        return List.of(surroundings
                .violation(name(), "metadata.namespace", boundary.namespace())
                .expected("a namespace of a usergroup")
                .because("no control plane of the tenancy reads configuration there, so it would have no effect")
                .fix("write it into a member namespace, or ask an owner of a usergroup to let this namespace join"));
    }
}
