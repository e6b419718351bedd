package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ServedKinds;
import dev.marchwarden.manifest.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Lists kinds of a cluster, page by page. Of one that cannot be listed it is told why, and the others are listed nevertheless. */
public final class ClusterKinds<A> {
    public static final List<Kind<GenericKubernetesResource>> CORE = List.of(
            Kind.generic("", "v1", "Service", "services", true),
            Kind.generic("networking.k8s.io", "v1", "Ingress", "ingresses", true));

    public static final List<Kind<GenericKubernetesResource>> WORKLOADS = List.of(
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

    /** What becomes of the objects of one kind. */
    public interface Gathering<A> {
        /** For what nothing was added to. Asked for again where a list has to be read from its beginning. */
        A begin();

        /** @param object with apiVersion and kind */
        void add(A gathered, Kind<?> kind, ObjectNode object);

        /** The kind was read to its end. */
        void end(A gathered);
    }

    private final ClusterClient client;
    private final Gathering<A> gathering;
    private final Consumer<String> unread;

    /** @param unread takes what cannot be listed, each in one line */
    public ClusterKinds(ClusterClient client, Gathering<A> gathering, Consumer<String> unread) {
        this.client = client;
        this.gathering = gathering;
        this.unread = unread;
    }

    /**
     * Keeps a part of each object.
     *
     * @param parts takes what is kept, once a kind is listed whole
     */
    public static <R> ClusterKinds<List<R>> parts(
            ClusterClient client,
            BiFunction<Kind<?>, ObjectNode, Optional<R>> part,
            Consumer<R> parts,
            Consumer<String> unread) {
        return new ClusterKinds<>(
                client,
                new Gathering<List<R>>() {
                    @Override
                    public List<R> begin() {
                        return new ArrayList<>();
                    }

                    @Override
                    public void add(List<R> gathered, Kind<?> kind, ObjectNode object) {
                        part.apply(kind, object).ifPresent(gathered::add);
                    }

                    @Override
                    public void end(List<R> gathered) {
                        gathered.forEach(parts);
                    }
                },
                unread);
    }

    /**
     * All kinds of a group that the API server serves.
     *
     * @param known whether the caller knows a kind in that version
     */
    public void list(String group, Predicate<Kind<?>> known) {
        Collection<Kind<GenericKubernetesResource>> kinds;
        try {
            kinds = ServedKinds.of(client, group, known);
        } catch (ClusterException e) {
            unread.accept(String.valueOf(e.getMessage()));
            return;
        }
        kinds.forEach(this::list);
    }

    public void list(Kind<?> kind) {
        list(kind, "");
    }

    /** @param namespace empty for all */
    public void list(Kind<?> kind, String namespace) {
        A gathered;
        try {
            gathered = client.gather(kind.untyped(), namespace, "", gathering::begin, (sofar, object) -> {
                ObjectNode tree = (ObjectNode) ClusterClient.tree(object);
                // Which items of a list may lack.
                tree.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
                gathering.add(sofar, kind, tree);
            });
        } catch (ClusterException e) {
            unread.accept(String.valueOf(e.getMessage()));
            return;
        }
        gathering.end(gathered);
    }

    public static Manifest manifest(ClusterClient client, ObjectNode object) {
        return new Manifest("the cluster " + client.server(), 1, object);
    }

    /** Whether another workload made it: that one is listed too. */
    public static boolean isMadeByAnother(JsonNode object) {
        return object.at("/metadata/ownerReferences")
                .valueStream()
                .filter(owner -> owner.path("controller").asBoolean())
                .anyMatch(owner -> MAKERS.contains(owner.path("apiVersion").asText() + "/"
                        + owner.path("kind").asText()));
    }
}
