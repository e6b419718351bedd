package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An {@code istio.io/rev} that is no revision and no tag: no injector matches, and nobody is told. */
final class UnknownRevision implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.UNKNOWN_REVISION;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        String revision = state.label(REVISION);
        Tenancy tenancy = surroundings.tenancy();
        if (revision == null || tenancy.servedBy(revision) != null) {
            return List.of();
        }
        Usergroup usergroup = usergroup(state, surroundings);
        Candidates candidates = Candidates.among(
                usergroup == null || !surroundings.mayUse(usergroup) ? List.of() : revisionsAndTags(usergroup));
        return List.of(new Violation(
                name(),
                Surroundings.labelPath(REVISION),
                revision,
                candidates.described("a revision or tag of its usergroup", "a revision or tag of the tenancy"),
                "no injector answers to this value, so pods would start without a sidecar, and without an error",
                candidates.fix(revision, REVISION, surroundings),
                revision + " in " + surroundings.usergroupOf(state),
                usergroup == null ? Set.of() : Set.of(usergroup.name()),
                null));
    }

    private static @Nullable Usergroup usergroup(NamespaceState state, Surroundings surroundings) {
        String label = surroundings.usergroupOf(state);
        return label == null
                ? surroundings.tenancy().systemNamespaceOwner(state.name())
                : surroundings.tenancy().usergroup(label);
    }

    private static List<String> revisionsAndTags(Usergroup usergroup) {
        Set<String> all = new TreeSet<>(usergroup.revisions());
        all.addAll(usergroup.tags().keySet());
        return List.copyOf(all);
    }
}
