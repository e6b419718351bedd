package dev.marchwarden.rollout;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where revisions and tags are installed that the tenancy may no longer have. */
public final class InstalledLocations {
    private final ClusterClient cluster;
    private final Tenancy tenancy;

    public InstalledLocations(ClusterClient cluster, Tenancy tenancy) {
        this.cluster = cluster;
        this.tenancy = tenancy;
    }

    /**
     * The system namespace of a usergroup: the tenancy's, or the one where our NetworkPolicy lets this usergroup in, whether it is still labelled
     * or not; where the policy is gone already, the labelled one that is going. Null where there is none.
     */
    public @Nullable String systemNamespace(String usergroup) throws IOException {
        Usergroup its = tenancy.usergroup(usergroup);
        if (its != null) {
            return its.systemNamespace();
        }
        ClusterInventory survey = ClusterInventory.of(cluster);
        List<String> members = survey.members(tenancy, usergroup);
        List<String> letIn = survey.networkPolicies().stream()
                .filter(policy -> letsIn(policy, usergroup))
                .map(ObjectMetadata::namespace)
                .toList();
        // One without a label anybody may write into, so it comes after.
        Stream<String> labelled = letIn.stream().filter(members::contains);
        Stream<String> bare = survey.namespaces().stream()
                .filter(one ->
                        ObjectMetadata.label(one, tenancy.usergroupLabel()).isEmpty())
                .map(ObjectMetadata::name)
                .filter(letIn::contains);
        Stream<String> going = survey.namespaces().stream()
                .filter(ObjectMetadata::isTerminating)
                .map(ObjectMetadata::name)
                .filter(members::contains);
        return Stream.of(labelled, bare, going)
                .flatMap(each -> each)
                .findFirst()
                .orElse(null);
    }

    private boolean letsIn(NetworkPolicy policy, String usergroup) {
        return policy.getSpec().getIngress().stream()
                .flatMap(rule -> rule.getFrom().stream())
                .map(NetworkPolicyPeer::getNamespaceSelector)
                .anyMatch(selector -> selector != null
                        && usergroup.equals(selector.getMatchLabels().get(tenancy.usergroupLabel())));
    }

    /** Whose revision it is, or was; null where nothing of it is there. */
    public @Nullable Usergroup ofRevision(String revision) throws IOException {
        Usergroup its = tenancy.servedBy(revision);
        if (its != null) {
            return its;
        }
        Optional<Deployment> istiod = cluster.list(Kind.DEPLOYMENT, "", IstioNames.istiodSelector(revision)).stream()
                .findFirst();
        if (istiod.isPresent()) {
            return tenancy.systemNamespaceOwner(ObjectMetadata.namespace(istiod.get()));
        }
        String labels = ObjectMetadata.OURS + "," + MeshLabels.REVISION + "=" + revision;
        return owner(cluster.list(Kind.VALIDATING_WEBHOOK_CONFIGURATION, "", labels, ObjectMetadata::webhookNamespace));
    }

    /** Whose tag it is, or was; null where nothing of it is there. */
    public @Nullable Usergroup ofTag(String tag) throws IOException {
        Usergroup its = tenancy.servedBy(tag);
        if (its != null) {
            return its;
        }
        String labels = ObjectMetadata.OURS + "," + MeshLabels.TAG + "=" + tag;
        Usergroup ofWebhook =
                owner(cluster.list(Kind.MUTATING_WEBHOOK_CONFIGURATION, "", labels, ObjectMetadata::webhookNamespace));
        if (ofWebhook != null) {
            return ofWebhook;
        }
        return owner(cluster.list(Kind.SERVICE, "", labels, ObjectMetadata::namespace));
    }

    private @Nullable Usergroup owner(List<String> systemNamespaces) {
        return systemNamespaces.stream()
                .findFirst()
                .map(tenancy::systemNamespaceOwner)
                .orElse(null);
    }
}
