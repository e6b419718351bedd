package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.REVISION;

import dev.marchwarden.policy.LabelEdit;
import dev.marchwarden.policy.NamespaceRule;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Surroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One label of the pair without the other. A half that the tenancy does not know is {@link UnknownUsergroup}'s or {@link
 * UnknownRevision}'s: until it is right, nobody can say what the other half should be.
 */
final class UnpairedLabels implements NamespaceRule {
    @Override
    public RuleName name() {
        return RuleName.UNPAIRED_LABELS;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        String usergroup = surroundings.usergroupOf(state);
        String revision = state.label(REVISION);
        if ((usergroup == null) == (revision == null)
                || surroundings.tenancy().systemNamespaceOwner(state.name()) != null) {
            return List.of();
        }
        String usergroupLabel = surroundings.tenancy().usergroupLabel();
        if (usergroup != null) {
            Usergroup known = surroundings.tenancy().usergroup(usergroup);
            return known == null
                    ? List.of()
                    : missing(
                            REVISION,
                            known.defaultRevision(),
                            usergroupLabel,
                            usergroup,
                            known,
                            "its pods would run without a sidecar, in plain text, in a mesh that relies on mutual TLS",
                            surroundings);
        }
        Usergroup serving = servedBy(revision, surroundings);
        return serving == null
                ? List.of()
                : missing(
                        usergroupLabel,
                        serving.name(),
                        REVISION,
                        String.valueOf(revision),
                        serving,
                        "its pods would be injected by a control plane that does not discover them, and never start",
                        surroundings);
    }

    private static @Nullable Usergroup servedBy(@Nullable String revision, Surroundings surroundings) {
        return revision == null ? null : surroundings.tenancy().servedBy(revision);
    }

    private List<Violation> missing(
            String missing,
            String itsValue,
            String present,
            String presentValue,
            Usergroup usergroup,
            String because,
            Surroundings surroundings) {
        LabelEdit complete = surroundings.fix().set(missing, itsValue).set(present, presentValue);
        return List.of(new Violation(
                name(),
                Surroundings.labelPath(missing),
                null,
                Quoted.of(itsValue) + " beside " + present + "=" + Quoted.bare(presentValue),
                because,
                complete + " (or to leave the mesh: " + surroundings.leave() + ")",
                present + "=" + presentValue,
                Set.of(usergroup.name()),
                null));
    }
}
