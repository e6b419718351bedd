package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Usergroup;
import java.util.List;

/**
 * Who asks, as the API server authenticated them.
 *
 * @param name for a service account {@code system:serviceaccount:NAMESPACE:NAME}; may be empty
 */
public record User(String name, List<String> groups) {
    /** Kubernetes lets members of this group do anything, and no RBAC rule can take that from them. */
    private static final String SYSTEM_MASTERS = "system:masters";

    public User {
        groups = List.copyOf(groups);
    }

    public boolean isSystemMaster() {
        return groups.contains(SYSTEM_MASTERS);
    }

    /** Whether the tenancy lets them add and remove member namespaces. */
    public boolean mayUse(Usergroup usergroup) {
        return usergroup.owners().cover(name, groups) || mayAdminister(usergroup);
    }

    /** Whether the tenancy lets them write raw proxy configuration, and in and to the system namespace. */
    public boolean mayAdminister(Usergroup usergroup) {
        return isSystemMaster() || usergroup.meshAdmins().cover(name, groups);
    }
}
