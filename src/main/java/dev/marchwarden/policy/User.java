package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;

/**
 * Who asks, as the API server authenticated them.
 *
 * @param name for a service account {@code system:serviceaccount:NAMESPACE:NAME}; may be empty
 * @param uid may be empty
 * @param extra what else the authenticator said; only the cluster's own authorizer makes use of it
 */
public record User(String name, List<String> groups, String uid, Map<String, List<String>> extra) {
    /** Kubernetes lets members of this group do anything, and no RBAC rule can take that from them. */
    private static final String SYSTEM_MASTERS = "system:masters";

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public User(String name, List<String> groups) {
        this(name, groups, "", Map.of());
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
