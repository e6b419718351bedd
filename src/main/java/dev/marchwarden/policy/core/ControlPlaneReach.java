package dev.marchwarden.policy.core;

import dev.marchwarden.policy.ControlPlaneAccount;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.List;

/** A control plane that writes in a namespace of another usergroup, or of none: so one that was taken over stops at the boundary. */
final class ControlPlaneReach implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.CONTROL_PLANE_REACH;
    }

    @Override
    public List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        Usergroup writer = ControlPlaneAccount.usergroupOf(change.user(), surroundings.tenancy());
        if (writer == null
                || change.namespace().isEmpty()
                || writer.equals(surroundings.boundary().usergroup())) {
            return List.of();
        }
        return List.of(surroundings
                .violation(name(), "metadata.namespace", change.namespace())
                .expected("a namespace of usergroup " + writer.name())
                .because(Quoted.of(change.user().name()) + " is the control plane of that usergroup and of no other")
                .fix("check the discovery selectors of that control plane (marchwarden verify)"));
    }
}
