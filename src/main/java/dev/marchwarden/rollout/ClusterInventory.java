package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import java.io.IOException;
import java.util.List;

/**
 * What there is in a cluster besides what should be: the part of it that tells who uses which control plane.
 *
 * @param networkPolicies ours alone
 */
public record ClusterInventory(
        List<JsonNode> namespaces,
        List<JsonNode> mutating,
        List<JsonNode> validating,
        List<JsonNode> daemonSets,
        List<JsonNode> networkPolicies) {
    public ClusterInventory {
        namespaces = List.copyOf(namespaces);
        mutating = List.copyOf(mutating);
        validating = List.copyOf(validating);
        daemonSets = List.copyOf(daemonSets);
        networkPolicies = List.copyOf(networkPolicies);
    }

    public static ClusterInventory of(ClusterObjects objects) throws IOException {
        return new ClusterInventory(
                objects.list(ObjectKind.NAMESPACE, "", ""),
                objects.list(ObjectKind.MUTATING, "", ""),
                objects.list(ObjectKind.VALIDATING, "", ""),
                objects.list(ObjectKind.DAEMON_SET, "", ""),
                objects.list(ObjectKind.NETWORK_POLICY, "", ObjectMetadata.OURS));
    }

    /** Names of the namespaces with a usergroup's label, its system namespace among them. */
    public List<String> members(Tenancy tenancy, String usergroup) {
        return namespaces.stream()
                .filter(namespace -> ObjectMetadata.label(namespace, tenancy.usergroupLabel())
                        .equals(usergroup))
                .map(ObjectMetadata::name)
                .toList();
    }
}
