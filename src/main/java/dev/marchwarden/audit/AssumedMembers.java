package dev.marchwarden.audit;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces of which some are known, and all others are taken for members of one usergroup; apart from those of which the tenancy says
 * something else: system namespaces and protected ones.
 */
public final class AssumedMembers implements Namespaces {
    private final Namespaces known;
    private final Tenancy tenancy;
    private final Usergroup usergroup;

    public AssumedMembers(Namespaces known, Tenancy tenancy, Usergroup usergroup) {
        this.known = known;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
    }

    @Override
    public @Nullable NamespaceState find(String name) {
        NamespaceState found = known.find(name);
        return found != null || name.isEmpty() ? found : new NamespaceState(name, labels(name), false);
    }

    private Map<String, String> labels(String name) {
        Usergroup owner = tenancy.systemNamespaceOwner(name);
        if (owner != null) {
            return Map.of(tenancy.usergroupLabel(), owner.name());
        }
        return tenancy.isProtected(name)
                ? Map.of()
                : Map.of(tenancy.usergroupLabel(), usergroup.name(), MeshLabels.REVISION, usergroup.defaultRevision());
    }

    @Override
    public int liveMembers(String usergroupName, String systemNamespace) {
        return known.liveMembers(usergroupName, systemNamespace);
    }
}
