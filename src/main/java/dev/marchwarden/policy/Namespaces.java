package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import org.jspecify.annotations.Nullable;

/** The namespaces of the cluster as last seen: an immutable snapshot, so that one decision sees one state. */
public interface Namespaces {
    /** The namespace of that name, or null where the snapshot knows none: never the same as one without labels. */
    @Nullable
    NamespaceState find(String name);

    /** The usergroup that a namespace belongs to: by its name where it is a system namespace, else by its label; null for none, or where it is not known. */
    default @Nullable Usergroup usergroupOf(String name, Tenancy tenancy) {
        Usergroup system = tenancy.systemNamespaceOwner(name);
        if (system != null) {
            return system;
        }
        NamespaceState state = find(name);
        String label = state == null ? null : state.label(tenancy.usergroupLabel());
        return label == null ? null : tenancy.usergroup(label);
    }

    /** How many namespaces carry this usergroup's label, are not terminating, and are not its system namespace. */
    int liveMembers(String usergroup, String systemNamespace);
}
