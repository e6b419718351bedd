package dev.marchwarden.tenancy;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * People and machines, as Kubernetes names them to an admission webhook.
 *
 * @param users exact user names; a service account is {@code system:serviceaccount:NAMESPACE:NAME}
 * @param groups exact group names
 */
public record Subjects(Set<String> users, Set<String> groups) {
    public static final Subjects NOBODY = new Subjects(Set.of(), Set.of());

    public Subjects {
        users = Set.copyOf(users);
        groups = Set.copyOf(groups);
    }

    public boolean cover(String user, Collection<String> itsGroups) {
        return users.contains(user) || itsGroups.stream().anyMatch(groups::contains);
    }

    Subjects with(String user) {
        Set<String> more = new HashSet<>(users);
        more.add(user);
        return new Subjects(more, groups);
    }
}
