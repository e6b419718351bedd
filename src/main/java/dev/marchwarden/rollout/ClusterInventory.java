package dev.marchwarden.rollout;

import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;

/**
 * What a cluster contains in addition to the plan: the part of it that tells who uses which control plane.
 *
 * @param daemonSets their metadata
 * @param networkPolicies ours alone
 */
public record ClusterInventory(
        List<Namespace> namespaces,
        List<MutatingWebhookConfiguration> mutating,
        List<ValidatingWebhookConfiguration> validating,
        List<ObjectMeta> daemonSets,
        List<NetworkPolicy> networkPolicies) {
    public ClusterInventory {
        namespaces = List.copyOf(namespaces);
        mutating = List.copyOf(mutating);
        validating = List.copyOf(validating);
        daemonSets = List.copyOf(daemonSets);
        networkPolicies = List.copyOf(networkPolicies);
    }

    public static ClusterInventory of(ClusterClient cluster) throws ClusterException {
        return new ClusterInventory(
                cluster.list(Kind.NAMESPACE, "", ""),
                cluster.list(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", ""),
                cluster.list(Kind.VALIDATING_WEBHOOK_CONFIGURATION, "", ""),
                cluster.list(Kind.DAEMON_SET, "", "", DaemonSet::getMetadata),
                cluster.list(Kind.NETWORK_POLICY, "", ObjectMetadata.OURS));
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
