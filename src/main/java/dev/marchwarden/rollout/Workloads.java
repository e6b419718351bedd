package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What runs in a namespace, as far as it has pods that another control plane injected, or none. */
public final class Workloads {
    private static final List<ObjectKind> RESTARTABLE =
            List.of(ObjectKind.DEPLOYMENT, ObjectKind.STATEFUL_SET, ObjectKind.DAEMON_SET);

    /** What `kubectl rollout restart` sets. */
    private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /**
     * What needs a restart.
     *
     * @param workloads can be restarted
     * @param pods that belong to none of these: whoever made them has to make them anew
     */
    public record Stale(List<ObjectName> workloads, List<String> pods) {
        public Stale {
            workloads = List.copyOf(workloads);
            pods = List.copyOf(pods);
        }
    }

    private final ClusterObjects objects;
    private final String namespace;

    /** Listed once, and only if a Deployment is met. */
    private @Nullable List<JsonNode> replicaSets;

    public Workloads(ClusterObjects objects, String namespace) {
        this.objects = objects;
        this.namespace = namespace;
    }

    /** What has pods that run and were not injected by this revision. */
    public Stale stale(String revision) throws IOException {
        List<JsonNode> pods = new ArrayList<>(objects.list(ObjectKind.POD, namespace, "", ClusterObjects::summary));
        pods.removeIf(pod -> ObjectMetadata.annotation(pod, MeshLabels.REVISION).equals(revision)
                || ENDED.contains(pod.at("/status/phase").asText())
                || ObjectMetadata.isTerminating(pod));
        List<ObjectName> workloads = new ArrayList<>();
        for (ObjectKind kind : RESTARTABLE) {
            for (JsonNode workload : objects.list(kind, namespace, "", ClusterObjects::summary)) {
                Set<String> owners = owners(kind, workload);
                if (pods.removeIf(pod -> isOwnedBy(pod, owners))) {
                    workloads.add(ObjectName.of(kind, namespace, ObjectMetadata.name(workload)));
                }
            }
        }
        return new Stale(workloads, pods.stream().map(ObjectMetadata::name).toList());
    }

    /** The uids by which its pods name their owner: a Deployment's name its ReplicaSets. */
    private Set<String> owners(ObjectKind kind, JsonNode workload) throws IOException {
        Set<String> itself = Set.of(ObjectMetadata.uid(workload));
        if (!kind.equals(ObjectKind.DEPLOYMENT)) {
            return itself;
        }
        if (replicaSets == null) {
            replicaSets = objects.list(ObjectKind.REPLICA_SET, namespace, "", ClusterObjects::summary);
        }
        return replicaSets.stream()
                .filter(set -> isOwnedBy(set, itself))
                .map(ObjectMetadata::uid)
                .collect(Collectors.toSet());
    }

    private static boolean isOwnedBy(JsonNode object, Set<String> owners) {
        return object.path("metadata")
                .path("ownerReferences")
                .valueStream()
                .anyMatch(owner -> owners.contains(owner.path("uid").asText()));
    }

    /** One after another, each at its own pace: as {@code kubectl rollout restart} does it. */
    public void restart(ObjectName workload, InstantSource clock) throws IOException {
        JsonNode before = objects.find(workload);
        if (before == null) {
            return;
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        String annotations = "/spec/template/metadata/annotations";
        for (String map : new String[] {"/spec/template/metadata", annotations}) {
            if (!before.at(map).isObject()) {
                patch.addObject().put("op", "add").put("path", map).putObject("value");
            }
        }
        patch.addObject()
                .put("op", "add")
                .put("path", annotations + "/" + RESTARTED_AT.replace("/", "~1"))
                .put("value", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        objects.patch(workload, before, patch);
    }
}
