package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where something is that the tenancy may have no more. */
public final class InstalledLocations {
    private final ClusterObjects objects;
    private final Tenancy tenancy;

    public InstalledLocations(ClusterObjects objects, Tenancy tenancy) {
        this.objects = objects;
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
        ClusterInventory survey = ClusterInventory.of(objects);
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

    private boolean letsIn(JsonNode policy, String usergroup) {
        return policy.at("/spec/ingress")
                .valueStream()
                .flatMap(rule -> rule.path("from").valueStream())
                .anyMatch(peer -> peer.at("/namespaceSelector/matchLabels")
                        .path(tenancy.usergroupLabel())
                        .asText()
                        .equals(usergroup));
    }

    /** Whose revision it is, or was; null where nothing of it is there. */
    public @Nullable Usergroup ofRevision(String revision) throws IOException {
        Usergroup its = tenancy.servedBy(revision);
        if (its != null) {
            return its;
        }
        Optional<JsonNode> istiod =
                objects.list(ObjectKind.DEPLOYMENT, "", "app=istiod," + MeshLabels.REVISION + "=" + revision).stream()
                        .findFirst();
        if (istiod.isPresent()) {
            return tenancy.systemNamespaceOwner(ObjectMetadata.namespace(istiod.get()));
        }
        return ofWebhook(objects.list(
                ObjectKind.VALIDATING, "", ObjectMetadata.OURS + "," + MeshLabels.REVISION + "=" + revision));
    }

    /** Whose tag it is, or was; null where nothing of it is there. */
    public @Nullable Usergroup ofTag(String tag) throws IOException {
        Usergroup its = tenancy.servedBy(tag);
        if (its != null) {
            return its;
        }
        String labels = ObjectMetadata.OURS + "," + MeshLabels.TAG + "=" + tag;
        Usergroup ofWebhook = ofWebhook(objects.list(ObjectKind.MUTATING, "", labels));
        if (ofWebhook != null) {
            return ofWebhook;
        }
        return objects.list(ObjectKind.SERVICE, "", labels).stream()
                .findFirst()
                .map(service -> tenancy.systemNamespaceOwner(ObjectMetadata.namespace(service)))
                .orElse(null);
    }

    private @Nullable Usergroup ofWebhook(List<JsonNode> webhooks) {
        return webhooks.stream()
                .findFirst()
                .map(webhook -> tenancy.systemNamespaceOwner(ObjectMetadata.serviceNamespace(webhook)))
                .orElse(null);
    }
}
