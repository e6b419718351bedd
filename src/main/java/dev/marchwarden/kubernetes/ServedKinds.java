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

/** The kinds of an API group that an API server lists. */
public final class ServedKinds {
    private ServedKinds() {}

    /** Each once, in the version that the API server prefers among those that have the kind; none where it does not serve the group. */
    public static Collection<Kind<GenericKubernetesResource>> of(ClusterClient client, String group)
            throws ClusterException {
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
                    kinds.putIfAbsent(
                            resource.getKind(),
                            Kind.generic(
                                    group,
                                    version.getVersion(),
                                    resource.getKind(),
                                    resource.getName(),
                                    Boolean.TRUE.equals(resource.getNamespaced())));
                }
            }
        }
        return kinds.values();
    }
}
