package dev.marchwarden.kubernetes;

import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The kinds of an API group that an API server lists. */
public final class ServedKinds {
    private ServedKinds() {}

    /**
     * Each once; none where it does not serve the group.
     *
     * @param known whether the caller knows a kind in that version. Of several versions, the first that is known is taken, in the order that the API server
     *     prefers, otherwise the one that it prefers: the objects are the same in all.
     */
    public static Collection<Kind<GenericKubernetesResource>> of(
            ClusterClient client, String group, Predicate<Kind<?>> known) throws ClusterException {
        Map<String, Kind<GenericKubernetesResource>> kinds = new LinkedHashMap<>();
        APIGroup served =
                client.call("get /apis/" + group, () -> client.library().getApiGroup(group));
        List<GroupVersionForDiscovery> versions = served == null ? List.of() : served.getVersions();
        for (GroupVersionForDiscovery version : versions) {
            String groupVersion = version.getGroupVersion();
            APIResourceList resources = client.call(
                    "get /apis/" + groupVersion, () -> client.library().getApiResources(groupVersion));
            for (APIResource resource : resources == null ? List.<APIResource>of() : resources.getResources()) {
                if (resource.getVerbs().contains("list") && !resource.getName().contains("/")) {
                    Kind<GenericKubernetesResource> kind = Kind.generic(
                            group,
                            version.getVersion(),
                            resource.getKind(),
                            resource.getName(),
                            Boolean.TRUE.equals(resource.getNamespaced()));
                    kinds.merge(
                            kind.name(),
                            kind,
                            (before, later) -> known.test(before) || !known.test(later) ? before : later);
                }
            }
        }
        return kinds.values();
    }
}
