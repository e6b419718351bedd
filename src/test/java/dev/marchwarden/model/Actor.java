package dev.marchwarden.model;

import dev.marchwarden.policy.User;
import java.util.List;
import java.util.Set;

/**
 * Who writes in the model.
 *
 * @param rights what it may change the membership of: a usergroup, or the system namespace of one
 */
record Actor(String title, User user, Set<String> rights) {
    static final Actor OWNER_1 = new Actor(
            "owner of usergroup-1", new User("ann", List.of("team-1", "system:authenticated")), Set.of("usergroup-1"));
    static final Actor OWNER_2 = new Actor(
            "owner of usergroup-2", new User("bob", List.of("team-2", "system:authenticated")), Set.of("usergroup-2"));
    static final Actor MASTER = new Actor(
            "system:masters",
            new User("admin", List.of("system:masters", "system:authenticated")),
            Set.of("usergroup-1", "usergroup-2", "system-1", "system-2"));
    /** Exempt, and well-behaved: carries labels over as they are. */
    static final Actor CONTROLLER = new Actor(
            "namespace-controller",
            new User("system:serviceaccount:kube-system:namespace-controller", List.of()),
            Set.of());

    /** Those that would write anything. */
    static final List<Actor> PEOPLE = List.of(OWNER_1, OWNER_2, MASTER);

    boolean may(String usergroupOrSystemNamespace) {
        return rights.contains(usergroupOrSystemNamespace);
    }

    @Override
    public String toString() {
        return title;
    }
}
