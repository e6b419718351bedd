package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who shares the cluster: the usergroups, their control planes, and how strictly the border between them is kept. Immutable. */
public final class Tenancy {
    public static final String DEFAULT_USERGROUP_LABEL = "usergroup";
    public static final String DEFAULT_CLUSTER_DOMAIN = "cluster.local";
    public static final Set<String> DEFAULT_PROTECTED_NAMESPACES =
            Set.of("kube-system", "kube-public", "kube-node-lease");
    /** Deletes what a namespace holds and then the namespace; stopping it would leave namespaces terminating for ever. */
    public static final String NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";

    public static final Subjects DEFAULT_EXEMPTIONS = new Subjects(Set.of(NAMESPACE_CONTROLLER), Set.of());

    private final String name;
    private final String usergroupLabel;
    private final String clusterDomain;
    private final List<Usergroup> usergroups;
    private final Set<String> protectedNamespaces;
    private final List<AddressRange> clusterRanges;
    private final SharedServices sharedServices;
    private final EnforcementTable enforcement;
    private final Subjects exemptions;
    private final List<ExceptionEntry> exceptions;

    private final Map<String, Usergroup> byName = new TreeMap<>();
    private final Map<String, Usergroup> bySystemNamespace = new TreeMap<>();
    private final Map<String, Usergroup> byRevisionOrTag = new TreeMap<>();
    private final Map<String, Usergroup> byGatewayClass = new TreeMap<>();

    /** Throws {@link IllegalArgumentException} when two usergroups share a name, a system namespace, a revision, a tag or a gateway class. */
    Tenancy(
            String name,
            String usergroupLabel,
            String clusterDomain,
            List<Usergroup> usergroups,
            Set<String> protectedNamespaces,
            List<AddressRange> clusterRanges,
            List<SharedService> sharedServices,
            EnforcementTable enforcement,
            Subjects exemptions,
            List<ExceptionEntry> exceptions) {
        this.name = name;
        this.usergroupLabel = usergroupLabel;
        this.clusterDomain = clusterDomain;
        this.usergroups = List.copyOf(usergroups);
        this.protectedNamespaces = Set.copyOf(protectedNamespaces);
        this.clusterRanges = List.copyOf(clusterRanges);
        this.sharedServices = new SharedServices(clusterDomain, sharedServices);
        this.enforcement = enforcement;
        this.exemptions = exemptions;
        this.exceptions = List.copyOf(exceptions);
        for (Usergroup usergroup : usergroups) {
            claim(byName, usergroup.name(), usergroup, "name");
            claim(bySystemNamespace, usergroup.systemNamespace(), usergroup, "system namespace");
            usergroup.revisions().forEach(revision -> claim(byRevisionOrTag, revision, usergroup, "revision"));
            usergroup.tags().keySet().forEach(tag -> claim(byRevisionOrTag, tag, usergroup, "tag"));
            claim(byGatewayClass, usergroup.gatewayClass(), usergroup, "gateway class");
        }
    }

    /** A tenancy in which everything but the usergroups is as the file's defaults have it. */
    public static Tenancy of(List<Usergroup> usergroups) {
        return new Tenancy(
                "default",
                DEFAULT_USERGROUP_LABEL,
                DEFAULT_CLUSTER_DOMAIN,
                usergroups,
                DEFAULT_PROTECTED_NAMESPACES,
                List.of(),
                List.of(),
                EnforcementTable.DENY_ALL,
                DEFAULT_EXEMPTIONS,
                List.of());
    }

    /** The same with one more owner of every usergroup: for judging what is not anybody's request. */
    public Tenancy ownedAlsoBy(String user) {
        return with(usergroups.stream()
                .map(usergroup -> usergroup.ownedAlsoBy(user))
                .toList());
    }

    /** The same as it is once a usergroup is gone, if there was one of that name. */
    public Tenancy without(String usergroupName) {
        return with(usergroups.stream()
                .filter(usergroup -> !usergroup.name().equals(usergroupName))
                .toList());
    }

    /** The same as it is once every default is {@code deny}. */
    public Tenancy denying() {
        return with(usergroups, enforcement.denying(byName.keySet()));
    }

    private Tenancy with(List<Usergroup> others) {
        return with(others, enforcement);
    }

    private Tenancy with(List<Usergroup> others, EnforcementTable levels) {
        return new Tenancy(
                name,
                usergroupLabel,
                clusterDomain,
                others,
                protectedNamespaces,
                clusterRanges,
                sharedServices.list(),
                levels,
                exemptions,
                exceptions);
    }

    private static void claim(Map<String, Usergroup> claimed, String value, Usergroup usergroup, String what) {
        Usergroup other = claimed.putIfAbsent(value, usergroup);
        if (other != null) {
            throw new IllegalArgumentException("%s \"%s\" belongs to usergroup %s and to usergroup %s (expected: one)"
                    .formatted(what, value, other.name(), usergroup.name()));
        }
    }

    public String name() {
        return name;
    }

    /** The key of the namespace label that istiods discover by. */
    public String usergroupLabel() {
        return usergroupLabel;
    }

    public String clusterDomain() {
        return clusterDomain;
    }

    public List<Usergroup> usergroups() {
        return usergroups;
    }

    public @Nullable Usergroup usergroup(String usergroupName) {
        return byName.get(usergroupName);
    }

    /** The usergroup whose control plane runs in this namespace. */
    public @Nullable Usergroup systemNamespaceOwner(String namespace) {
        return bySystemNamespace.get(namespace);
    }

    /** The usergroup whose control plane injects for this revision or tag. */
    public @Nullable Usergroup servedBy(String revisionOrTag) {
        return byRevisionOrTag.get(revisionOrTag);
    }

    /** The usergroup whose control plane serves this GatewayClass. */
    public @Nullable Usergroup gatewayClassOwner(String gatewayClass) {
        return byGatewayClass.get(gatewayClass);
    }

    public boolean isProtected(String namespace) {
        return protectedNamespaces.contains(namespace);
    }

    public Set<String> protectedNamespaces() {
        return protectedNamespaces;
    }

    /** The pod and Service ranges of the cluster, as far as the tenancy names them; empty where it does not. */
    public List<AddressRange> clusterRanges() {
        return clusterRanges;
    }

    /** Whether some of these addresses are the cluster's own, as far as the file says which are. */
    public boolean isInCluster(AddressRange range) {
        return clusterRanges.stream().anyMatch(range::overlaps);
    }

    /** What every usergroup may use and none may take; the cluster's API server at least. */
    public SharedServices sharedServices() {
        return sharedServices;
    }

    public EnforcementTable enforcement() {
        return enforcement;
    }

    /** Violations that are admitted for a time, in the order of the file. */
    public List<ExceptionEntry> exceptions() {
        return exceptions;
    }

    /** Whom no rule stops. */
    public Subjects exemptions() {
        return exemptions;
    }

    public boolean exempts(String user, Collection<String> groups) {
        return exemptions.cover(user, groups);
    }
}
