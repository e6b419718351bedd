package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A usergroup label whose value names no usergroup. */
final class UnknownUsergroup implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.UNKNOWN_USERGROUP;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        String usergroup = surroundings.usergroupOf(state);
        if (usergroup == null || surroundings.tenancy().usergroup(usergroup) != null) {
            return List.of();
        }
        String servedBy = servedBy(state, surroundings);
        Candidates candidates = Candidates.among(surroundings.usergroupsOfAuthor());
        return List.of(new Violation(
                name(),
                surroundings.usergroupPath(),
                usergroup,
                candidates.described("one of your usergroups", "the name of a usergroup of the tenancy"),
                "no control plane discovers namespaces with this value",
                candidates.fix(usergroup, surroundings.tenancy().usergroupLabel(), surroundings),
                usergroup + " served by " + servedBy,
                servedBy == null ? Set.of() : Set.of(servedBy),
                null));
    }

    /** An old mistake is no cover for letting somebody's injector in. */
    private static @Nullable String servedBy(NamespaceState state, Surroundings surroundings) {
        String revision = state.label(REVISION);
        Usergroup serving = revision == null ? null : surroundings.tenancy().servedBy(revision);
        return serving == null ? null : serving.name();
    }
}
