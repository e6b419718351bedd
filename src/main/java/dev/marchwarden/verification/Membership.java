package dev.marchwarden.verification;

import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of each usergroup that are not being deleted, and their pods. */
final class Membership {
    private final ClusterClient cluster;
    private final Map<String, Usergroup> byNamespace = new TreeMap<>();

    private Membership(ClusterClient cluster) {
        this.cluster = cluster;
    }

    static Membership read(ClusterClient cluster, Tenancy tenancy) throws ClusterException {
        Membership read = new Membership(cluster);
        for (Namespace each : cluster.list(Kind.NAMESPACE, "", tenancy.usergroupLabel())) {
            String name = each.getMetadata().getName();
            Usergroup usergroup = tenancy.usergroup(ObjectMetadata.label(each, tenancy.usergroupLabel()));
            Usergroup owner = tenancy.systemNamespaceOwner(name);
            boolean isMislabelled = owner != null && !owner.equals(usergroup);
            if (usergroup != null && !isMislabelled && !ObjectMetadata.isTerminating(each)) {
                read.byNamespace.put(name, usergroup);
            }
        }
        return read;
    }

    /** Null where it is nobody's. */
    @Nullable
    Usergroup of(String namespace) {
        return byNamespace.get(namespace);
    }

    /** In order of their names, the system namespace among them. */
    List<String> namespaces(Usergroup usergroup) {
        return byNamespace.entrySet().stream()
                .filter(each -> each.getValue().name().equals(usergroup.name()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The system namespace not among them. */
    List<String> members(Usergroup usergroup) {
        return namespaces(usergroup).stream()
                .filter(each -> !each.equals(usergroup.systemNamespace()))
                .toList();
    }

    /** In order of their names. */
    List<RunningPod> pods(String namespace, String labels) throws ClusterException {
        List<RunningPod> pods = cluster.gather(
                Kind.POD,
                namespace,
                labels,
                ArrayList<RunningPod>::new,
                (running, pod) -> RunningPod.of(pod).ifPresent(running::add));
        pods.sort(Comparator.comparing(each -> each.name().name()));
        return pods;
    }
}
