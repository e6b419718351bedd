package dev.marchwarden.policy;

import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import org.jspecify.annotations.Nullable;

/**
 * All that a rule may know beside the object itself.
 *
 * @param change that is being judged: what looks at a state looks at its author and its kind, not at its states
 */
public record ObjectSurroundings(
        Tenancy tenancy, Namespaces namespaces, ObjectChange change, Boundary boundary, HostTarget.Reader hosts) {
    static ObjectSurroundings of(ObjectChange change, Tenancy tenancy, Namespaces namespaces) {
        return new ObjectSurroundings(
                tenancy,
                namespaces,
                change,
                new Boundary(change.namespace(), tenancy, namespaces),
                new HostTarget.Reader(change.namespace(), tenancy.clusterDomain(), namespaces));
    }

    /** Whether a host is a service that the tenancy shares among all usergroups: everybody may use it, and nobody may take it. */
    public boolean isShared(String host) {
        return tenancy.sharedServices().isShared(host)
                && hosts.literal(host) instanceof HostTarget.InNamespace there
                && boundary.usergroupOf(there.namespace()) == null;
    }

    public boolean mayAdminister(Usergroup usergroup) {
        return change.user().mayAdminister(usergroup);
    }

    /** Whether the author administers the usergroup of the namespace, or the cluster where the namespace is in none. */
    public boolean mayAdminister() {
        Usergroup usergroup = boundary.usergroup();
        return usergroup == null ? change.user().isSystemMaster() : mayAdminister(usergroup);
    }

    /** Whether the author is a mesh admin of a usergroup, or its control plane. */
    public boolean mayRun(Usergroup usergroup) {
        return mayAdminister(usergroup) || usergroup.equals(ControlPlaneAccount.usergroupOf(change.user(), tenancy));
    }

    /**
     * A host of the object's own namespace in full, for people to take as an example.
     *
     * @param like a host whose first label it has, where that is plain
     */
    public String ownHost(String like) {
        int dot = like.indexOf('.');
        String label = dot < 0 ? like : like.substring(0, dot);
        boolean plain = !label.isEmpty()
                && label.length() <= 63
                && label.chars().allMatch(c -> c == '-' || (c < 0x80 && Character.isLetterOrDigit(c)));
        String namespace = boundary.namespace().isEmpty() ? "NAMESPACE" : boundary.namespace();
        return (plain ? label : "NAME") + "." + namespace + ".svc." + tenancy.clusterDomain();
    }

    /** A violation by the value of a leaf. */
    public ViolationBuilder violation(RuleName rule, Leaf leaf) {
        // A field that is missing is told as such, and compared by what it means.
        ViolationBuilder violation =
                new ViolationBuilder(rule, leaf.path(), leaf.place(), leaf.value(), boundary, field(leaf));
        return leaf.isUnset() ? violation.missing() : violation;
    }

    /**
     * A violation by something that is written inside the value of a leaf.
     *
     * @param within its path there, printable, as it goes on from that of the leaf
     * @param value null where nothing stands there
     */
    public ViolationBuilder violation(RuleName rule, Leaf leaf, String within, @Nullable String value) {
        return new ViolationBuilder(rule, leaf.path() + within, leaf.place() + within, value, boundary, field(leaf));
    }

    /**
     * A violation at a path that is in no list.
     *
     * @param value null where nothing stands there
     */
    public ViolationBuilder violation(RuleName rule, String path, @Nullable String value) {
        return new ViolationBuilder(rule, path, path, value, boundary, null);
    }

    /** Of kinds of which the table has every field. */
    private Violation.@Nullable Field field(Leaf leaf) {
        KindTable table = change.table();
        return table != null && table.complete() ? new Violation.Field(leaf) : null;
    }
}
