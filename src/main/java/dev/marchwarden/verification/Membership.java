package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which namespace is which usergroup's now, and is to stay, and the pods that run there. */
final class Membership {
    private final ClusterObjects objects;
    private final Map<String, Usergroup> byNamespace = new TreeMap<>();

    private Membership(ClusterObjects objects) {
        this.objects = objects;
    }

    static Membership read(ClusterObjects objects, Tenancy tenancy) throws IOException {
        Membership read = new Membership(objects);
        for (JsonNode each : objects.list(ObjectKind.NAMESPACE, "", tenancy.usergroupLabel())) {
            JsonNode value = each.at("/metadata/labels").path(tenancy.usergroupLabel());
            Usergroup usergroup = tenancy.usergroup(value.asText());
            Usergroup owner =
                    tenancy.systemNamespaceOwner(each.at("/metadata/name").asText());
            boolean isMislabelled = owner != null && !owner.equals(usergroup);
            if (usergroup != null && !isMislabelled && !each.path("metadata").has("deletionTimestamp")) {
                read.byNamespace.put(each.at("/metadata/name").asText(), usergroup);
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
    List<RunningPod> pods(String namespace, String labels) throws IOException {
        return objects.list(ObjectKind.POD, namespace, labels).stream()
                .filter(RunningPod::is)
                .map(RunningPod::new)
                .sorted(Comparator.comparing(each -> each.name().name()))
                .toList();
    }
}
