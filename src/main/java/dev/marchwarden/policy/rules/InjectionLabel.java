package dev.marchwarden.policy.rules;

import static dev.marchwarden.istio.MeshLabels.INJECTION;
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
import org.jspecify.annotations.Nullable;

/**
 * {@code istio-injection} where it overrides the usergroup's own injector. On a member every value does; on a system namespace, which
 * counts on no injection, only {@code enabled} does harm; and outside the usergroups only where one of them owns what it selects.
 */
final class InjectionLabel implements NamespaceRule {
    /** What {@code istio-injection=enabled} selects: the revision or tag of this name (istio: revision-tags-mwc.yaml). */
    private static final String DEFAULT_REVISION = "default";

    @Override
    public RuleName name() {
        return RuleName.INJECTION_LABEL;
    }

    @Override
    public List<Violation> ofState(NamespaceState state, Surroundings surroundings) {
        String injection = state.label(INJECTION);
        if (injection == null) {
            return List.of();
        }
        Tenancy tenancy = surroundings.tenancy();
        Usergroup system = tenancy.systemNamespaceOwner(state.name());
        String label = surroundings.usergroupOf(state);
        boolean enabled = injection.equals("enabled");
        boolean member = label != null || state.label(REVISION) != null;
        Usergroup usergroup = system != null ? system : usergroup(label, state.label(REVISION), tenancy);
        if (system == null && !member && enabled) {
            usergroup = tenancy.servedBy(DEFAULT_REVISION); // whose mesh it joins by this label alone
        }
        boolean harmless = system != null ? !enabled : !member && usergroup == null;
        if (harmless) {
            return List.of();
        }
        return List.of(new Violation(
                name(),
                Surroundings.labelPath(INJECTION),
                injection,
                "no such label on a namespace of a usergroup",
                enabled
                        ? "it overrides istio.io/rev, and the cluster's default revision would inject the pods, whichever mesh that is"
                        : "it overrides istio.io/rev and leaves the pods without a sidecar",
                surroundings.fix().remove(INJECTION).toString(),
                injection + " in " + label,
                usergroup == null ? Set.of() : Set.of(usergroup.name()),
                null));
    }

    /** Whose namespace it is; with half a pair only, whose injector is overridden. */
    private static @Nullable Usergroup usergroup(@Nullable String label, @Nullable String revision, Tenancy tenancy) {
        if (label != null) {
            return tenancy.usergroup(label);
        }
        return revision == null ? null : tenancy.servedBy(revision);
    }
}
