package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ServedKinds;
import dev.marchwarden.manifest.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lists kinds of a cluster, page by page. Of one that cannot be listed it is told why, and the others are listed nevertheless. */
final class ClusterKinds<R> {
    static final List<Kind<GenericKubernetesResource>> CORE = List.of(
            Kind.generic("", "v1", "Service", "services", true),
            Kind.generic("networking.k8s.io", "v1", "Ingress", "ingresses", true));

    static final List<Kind<GenericKubernetesResource>> WORKLOADS = List.of(
            Kind.generic("apps", "v1", "Deployment", "deployments", true),
            Kind.generic("apps", "v1", "StatefulSet", "statefulsets", true),
            Kind.generic("apps", "v1", "DaemonSet", "daemonsets", true),
            Kind.generic("apps", "v1", "ReplicaSet", "replicasets", true),
            Kind.generic("batch", "v1", "CronJob", "cronjobs", true),
            Kind.generic("batch", "v1", "Job", "jobs", true),
            Kind.generic("", "v1", "ReplicationController", "replicationcontrollers", true),
            Kind.generic("", "v1", "Pod", "pods", true));

    private static final Set<String> MAKERS = WORKLOADS.stream()
            .map(kind -> kind.apiVersion() + "/" + kind.name())
            .collect(Collectors.toUnmodifiableSet());

    /** What is kept of an object; it may be asked for again, when a list has to be read again. */
    interface Part<R> {
        /** @param object with apiVersion and kind */
        Optional<R> of(Kind<?> kind, ObjectNode object);
    }

    private final ClusterClient client;
    private final Part<R> part;
    private final Consumer<R> parts;
    private final Consumer<String> unread;

    /**
     * @param parts takes what is kept, once a kind is listed whole
     * @param unread takes what cannot be listed, each in one line
     */
    ClusterKinds(ClusterClient client, Part<R> part, Consumer<R> parts, Consumer<String> unread) {
        this.client = client;
        this.part = part;
        this.parts = parts;
        this.unread = unread;
    }

    /** All kinds of a group that the API server serves. */
    void list(String group) {
        Collection<Kind<GenericKubernetesResource>> kinds;
        try {
            kinds = ServedKinds.of(client, group);
        } catch (ClusterException e) {
            unread.accept(String.valueOf(e.getMessage()));
            return;
        }
        kinds.forEach(this::list);
    }

    void list(Kind<GenericKubernetesResource> kind) {
        try {
            client.list(kind, "", "", object -> {
                        ObjectNode tree = (ObjectNode) ClusterClient.tree(object);
                        // Which items of a list may lack.
                        tree.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
                        return part.of(kind, tree);
                    })
                    .forEach(each -> each.ifPresent(parts));
        } catch (ClusterException e) {
            unread.accept(String.valueOf(e.getMessage()));
        }
    }

    static Manifest manifest(ClusterClient client, ObjectNode object) {
        return new Manifest("the cluster " + client.server(), 1, object);
    }

    /** Whether another workload made it: that one is listed too. */
    static boolean isMadeByAnother(JsonNode object) {
        return object.at("/metadata/ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean())
                .anyMatch(owner -> MAKERS.contains(owner.path("apiVersion").asText() + "/"
                        + owner.path("kind").asText()));
    }
}
