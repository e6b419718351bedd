package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.WorkloadStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The workloads of a namespace with pods that another control plane injected, or none. */
public final class Workloads {
    private static final List<Kind<?>> RESTARTABLE = List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET);

    /** What `kubectl rollout restart` sets. */
    private static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

    /**
     * What needs a restart.
     *
     * @param workloads can be restarted
     * @param pods that belong to none of these: whoever made them has to make them anew
     */
    public record Stale(List<Restartable> workloads, List<String> pods) {
        public Stale {
            workloads = List.copyOf(workloads);
            pods = List.copyOf(pods);
        }
    }

    /** A workload that {@link #restart} takes. */
    public record Restartable(Kind<?> kind, String namespace, String name) {
        @Override
        public String toString() {
            return kind.titled(namespace, name);
        }
    }

    /** What is kept of an object: there may be very many. */
    private record Owned(String name, String uid, Set<String> owners) {
        static Owned of(HasMetadata object) {
            return new Owned(
                    object.getMetadata().getName(),
                    object.getMetadata().getUid(),
                    object.getMetadata().getOwnerReferences().stream()
                            .map(OwnerReference::getUid)
                            .collect(Collectors.toSet()));
        }

        boolean isOwnedBy(Set<String> uids) {
            return !Collections.disjoint(owners, uids);
        }
    }

    private final ClusterClient cluster;
    private final String namespace;

    /** Listed once, and only if a Deployment is met. */
    private @Nullable List<Owned> replicaSets;

    public Workloads(ClusterClient cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** What has pods that run and were not injected by this revision. */
    public Stale stale(String revision) throws IOException {
        List<Owned> pods = cluster
                .list(
                        Kind.POD,
                        namespace,
                        "",
                        pod -> isStale(pod, revision) ? Optional.of(Owned.of(pod)) : Optional.<Owned>empty())
                .stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(ArrayList::new));
        List<Restartable> workloads = new ArrayList<>();
        for (Kind<?> kind : RESTARTABLE) {
            for (Owned workload : cluster.list(kind, namespace, "", Owned::of)) {
                Set<String> owners = owners(kind, workload);
                if (pods.removeIf(pod -> pod.isOwnedBy(owners))) {
                    workloads.add(new Restartable(kind, namespace, workload.name()));
                }
            }
        }
        return new Stale(workloads, pods.stream().map(Owned::name).toList());
    }

    private static boolean isStale(Pod pod, String revision) {
        return !WorkloadStatus.hasEnded(pod)
                && !ObjectMetadata.isTerminating(pod)
                && !ObjectMetadata.annotation(pod, MeshLabels.REVISION).equals(revision);
    }

    /** The uids by which its pods name their owner: a Deployment's name its ReplicaSets. */
    private Set<String> owners(Kind<?> kind, Owned workload) throws IOException {
        Set<String> itself = Set.of(workload.uid());
        if (!kind.equals(Kind.DEPLOYMENT)) {
            return itself;
        }
        if (replicaSets == null) {
            replicaSets = cluster.list(Kind.REPLICA_SET, namespace, "", Owned::of);
        }
        return replicaSets.stream()
                .filter(set -> set.isOwnedBy(itself))
                .map(Owned::uid)
                .collect(Collectors.toSet());
    }

    /** One after another, each at its own pace: as {@code kubectl rollout restart} does it. */
    public void restart(Restartable workload, InstantSource clock) throws IOException {
        HasMetadata before = cluster.find(workload.kind(), workload.namespace(), workload.name());
        if (before == null) {
            return;
        }
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        change.putObject("spec")
                .putObject("template")
                .putObject("metadata")
                .putObject("annotations")
                .put(
                        RESTARTED_AT,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        cluster.merge(workload.kind(), before, change);
    }
}
