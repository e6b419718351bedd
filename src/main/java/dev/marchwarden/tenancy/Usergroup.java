package dev.marchwarden.tenancy;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tenant and the control plane that serves it.
 *
 * @param name the value of the usergroup label on its namespaces
 * @param systemNamespace the namespace its control plane runs in
 * @param revisions what its istiods inject and validate for; the first is the one a new member gets
 * @param tags revision tag to the revision it stands for
 * @param owners may add and remove member namespaces
 * @param meshAdmins may do what owners may, and write raw proxy configuration and the system namespace
 * @param isolation whether its own namespaces are apart too
 * @param externalHosts DNS names outside the cluster that it may claim, {@code *.} allowed in front; empty for any
 */
public record Usergroup(
        String name,
        String systemNamespace,
        List<String> revisions,
        Map<String, String> tags,
        Subjects owners,
        Subjects meshAdmins,
        Isolation isolation,
        Set<String> externalHosts) {
    public Usergroup {
        if (revisions.isEmpty()) {
            throw new IllegalArgumentException("usergroup " + name + " has no revision (expected: at least one)");
        }
        revisions = List.copyOf(revisions);
        tags = Map.copyOf(tags);
        externalHosts = Set.copyOf(externalHosts);
    }

    /** A usergroup with the defaults of the tenancy file: everything is called as itself, and nobody owns it. */
    public static Usergroup named(String name) {
        return new Usergroup(
                name, name, List.of(name), Map.of(), Subjects.NOBODY, Subjects.NOBODY, Isolation.USERGROUP, Set.of());
    }

    public String defaultRevision() {
        return revisions.getFirst();
    }

    Usergroup ownedAlsoBy(String user) {
        return new Usergroup(
                name, systemNamespace, revisions, tags, owners.with(user), meshAdmins, isolation, externalHosts);
    }
}
