package dev.marchwarden.audit;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Known namespaces, with all others treated as members of one usergroup; apart from those of which the tenancy says
 * something else: system namespaces and protected ones. A Namespace among the manifests without the labels of a member says nothing of
 * membership, because those labels are set by whoever admits it; in a cluster it says that it is no member.
 */
public final class AssumedMembers implements Namespaces {
    private final Namespaces known;
    private final Namespaces cluster;
    private final Tenancy tenancy;
    private final Usergroup usergroup;

    /**
     * @param known those of the cluster and, in their place, those among the manifests
     * @param cluster those of the cluster alone
     */
    public AssumedMembers(Namespaces known, Namespaces cluster, Tenancy tenancy, Usergroup usergroup) {
        this.known = known;
        this.cluster = cluster;
        this.tenancy = tenancy;
        this.usergroup = usergroup;
    }

    @Override
    public @Nullable NamespaceState find(String name) {
        NamespaceState found = known.find(name);
        if (name.isEmpty() || (found != null && isMember(found))) {
            return found;
        }
        NamespaceState inCluster = cluster.find(name);
        if (inCluster != null) {
            return inCluster;
        }
        Map<String, String> labels = new HashMap<>(found == null ? Map.of() : found.labels());
        labels.putAll(assumed(name));
        return new NamespaceState(name, labels, found != null && found.terminating());
    }

    private boolean isMember(NamespaceState namespace) {
        return namespace.label(tenancy.usergroupLabel()) != null || namespace.label(MeshLabels.REVISION) != null;
    }

    private Map<String, String> assumed(String name) {
        Usergroup owner = tenancy.systemNamespaceOwner(name);
        if (owner != null) {
            return Map.of(tenancy.usergroupLabel(), owner.name());
        }
        return tenancy.isProtected(name)
                ? Map.of()
                : Map.of(tenancy.usergroupLabel(), usergroup.name(), MeshLabels.REVISION, usergroup.defaultRevision());
    }

    @Override
    public int liveMembers(String usergroupName, String systemNamespace) {
        return known.liveMembers(usergroupName, systemNamespace);
    }
}
