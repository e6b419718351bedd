package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;

/** Both labels known, but of different usergroups. A system namespace's is {@link SystemNamespace}'s business. */
final class RevisionMismatch implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.REVISION_MISMATCH;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        Tenancy tenancy = surroundings.tenancy();
        String label = surroundings.usergroupOf(state);
        String revision = state.label(REVISION);
        if (label == null || revision == null || tenancy.systemNamespaceOwner(state.name()) != null) {
            return List.of();
        }
        Usergroup usergroup = tenancy.usergroup(label);
        Usergroup serving = tenancy.servedBy(revision);
        if (usergroup == null || serving == null || serving.equals(usergroup)) {
            return List.of();
        }
        return List.of(new Violation(
                name(),
                Surroundings.labelPath(REVISION),
                revision,
                Quoted.of(usergroup.defaultRevision()) + ", which serves usergroup " + usergroup.name(),
                "this revision serves another usergroup, so one mesh would inject the pods and another discover them",
                surroundings
                        .fix()
                        .set(tenancy.usergroupLabel(), usergroup.name())
                        .set(REVISION, usergroup.defaultRevision())
                        .toString(),
                label + " by " + revision,
                Set.of(usergroup.name(), serving.name()),
                null));
    }
}
