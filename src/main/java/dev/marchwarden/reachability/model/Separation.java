package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import org.jspecify.annotations.Nullable;

/** What the tenancy keeps apart, whatever the control planes do. */
public final class Separation {
    private final Tenancy tenancy;
    private final ClusterObjects objects;

    public Separation(Tenancy tenancy, ClusterObjects objects) {
        this.tenancy = tenancy;
        this.objects = objects;
    }

    /** The name of a namespace's usergroup; null for none. A protected namespace is never in one. */
    @Nullable
    public String usergroup(String namespace) {
        Usergroup system = tenancy.systemNamespaceOwner(namespace);
        if (system != null) {
            return system.name();
        }
        String label = objects.labels(namespace).get(tenancy.usergroupLabel());
        boolean is = label != null && tenancy.usergroup(label) != null && !tenancy.isProtected(namespace);
        return is ? label : null;
    }

    /** Whether the border runs around this namespace alone. */
    boolean isolated(String namespace) {
        String name = usergroup(namespace);
        Usergroup usergroup = name == null ? null : tenancy.usergroup(name);
        return usergroup != null
                && usergroup.isolation() == Isolation.NAMESPACE
                && !usergroup.systemNamespace().equals(namespace);
    }

    boolean isSystem(String namespace) {
        return tenancy.systemNamespaceOwner(namespace) != null;
    }

    /** Whom configuration that names nobody applies to: in a system namespace the whole usergroup. */
    Scope configured(String namespace) {
        Usergroup system = tenancy.systemNamespaceOwner(namespace);
        return system == null ? Scope.namespace(namespace) : Scope.usergroup(system.name());
    }

    /** Whether a workload of one namespace may reach one of another: what the tenancy has nothing against. */
    public boolean mayReach(String from, String to) {
        String usergroup = usergroup(from);
        return from.equals(to)
                || (usergroup != null && usergroup.equals(usergroup(to)) && (!isolated(from) || !isolated(to)));
    }
}
