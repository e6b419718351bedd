package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which namespaces are on the same side of the border as an object: those of its namespace's usergroup or, where that usergroup isolates
 * its namespaces, the namespace itself and the system namespace. An object of the system namespace speaks for the whole usergroup. What
 * belongs to no usergroup has those namespaces on its side that belong to none either.
 *
 * <p>A namespace that the snapshot does not know is across the boundary: it may become anybody's.
 */
public final class Boundary {
    private final String namespace;
    private final Tenancy tenancy;
    private final Namespaces namespaces;
    private final @Nullable Usergroup usergroup;

    /**
     * @param namespace of the object, empty for one that is in none
     */
    Boundary(String namespace, Tenancy tenancy, Namespaces namespaces) {
        this.namespace = namespace;
        this.tenancy = tenancy;
        this.namespaces = namespaces;
        this.usergroup = usergroupOf(namespace);
    }

    /** The object's own namespace; empty for an object that is in none. */
    public String namespace() {
        return namespace;
    }

    /** The usergroup of the object's namespace; null where that is in none. */
    public @Nullable Usergroup usergroup() {
        return usergroup;
    }

    /** The usergroup that a namespace belongs to; null for one that is in none, or that the snapshot does not know. */
    public @Nullable Usergroup usergroupOf(String target) {
        return namespaces.usergroupOf(target, tenancy);
    }

    /** Whether the object is in its usergroup's system namespace. */
    public boolean isSystem() {
        return usergroup != null && usergroup.systemNamespace().equals(namespace);
    }

    /** Whether the border runs around the object's own namespace. */
    public boolean isolated() {
        return usergroup != null && usergroup.isolation() == Isolation.NAMESPACE && !isSystem();
    }

    public boolean isOwn(String target) {
        return !target.isEmpty() && target.equals(namespace);
    }

    /** Whether a namespace is on this side. */
    public boolean holds(String target) {
        if (isOwn(target)) {
            return true;
        }
        if (usergroup == null) {
            return namespaces.find(target) != null && usergroupOf(target) == null;
        }
        return isolated() ? target.equals(usergroup.systemNamespace()) : sharesUsergroup(target);
    }

    /** Whether a namespace is of the same usergroup, on this side or not. */
    public boolean sharesUsergroup(String target) {
        return usergroup != null && usergroup.equals(usergroupOf(target));
    }

    /** The names of the usergroups that a reach to this namespace concerns. */
    public Set<String> concerned(@Nullable String target) {
        Set<String> concerned = new TreeSet<>();
        if (usergroup != null) {
            concerned.add(usergroup.name());
        }
        Usergroup there = target == null ? null : usergroupOf(target);
        if (there != null) {
            concerned.add(there.name());
        }
        return concerned;
    }

    /** This side in words, for example {@code a namespace of usergroup usergroup-1}. */
    public String inWords() {
        if (usergroup == null) {
            return namespace.isEmpty()
                    ? "a namespace of no usergroup, as for everything that is in no namespace"
                    : "a namespace of no usergroup, for " + Quoted.of(namespace) + " is in none";
        }
        return isolated()
                ? Quoted.of(namespace) + " or " + Quoted.of(usergroup.systemNamespace()) + ", for usergroup "
                        + usergroup.name() + " isolates its namespaces"
                : "a namespace of usergroup " + usergroup.name();
    }

    /** What comes of reaching over there: dead, where no control plane sees both sides. */
    public String consequence(String target) {
        return sharesUsergroup(target)
                ? "its control plane also serves that namespace, so it would take effect there"
                : "the control plane that reads this does not see that namespace, so it would have no effect";
    }
}
