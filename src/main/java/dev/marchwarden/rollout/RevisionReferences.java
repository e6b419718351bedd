package dev.marchwarden.rollout;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.kubernetes.WorkloadStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What still uses certain revisions and tags: whoever would be without a control plane if they went. */
final class RevisionReferences {
    private static final int NAMED = 5;

    private final ClusterClient cluster;
    private final Set<String> names;

    /** @param of the revision or tag; empty for none of these */
    private record Use(String namespace, String name, String of) {
        static final Use NONE = new Use("", "", "");
    }

    /** @param names of revisions and tags */
    RevisionReferences(ClusterClient cluster, Set<String> names) {
        this.cluster = cluster;
        this.names = Set.copyOf(names);
    }

    /** A line for each, with what to do. */
    List<String> all(ClusterInventory survey) throws IOException {
        List<String> uses = new ArrayList<>();
        for (Namespace namespace : survey.namespaces()) {
            String label = ObjectMetadata.label(namespace, MeshLabels.REVISION);
            if (names.contains(label)) {
                uses.add("Namespace " + ObjectMetadata.name(namespace) + ": injected by " + label
                        + " (assign it another, or remove the label)");
            }
        }
        uses.addAll(pods());
        for (GenericKubernetesResource gateway : cluster.list(Kind.GATEWAY, "", "")) {
            String label = ObjectMetadata.label(gateway, MeshLabels.REVISION);
            if (names.contains(label)) {
                uses.add("Gateway " + place(gateway) + ": served by " + label + " (delete it, or change its label)");
            }
        }
        return uses;
    }

    private List<String> pods() throws IOException {
        Map<String, List<String>> byPlace = new TreeMap<>();
        for (Use pod : cluster.list(Kind.POD, "", "", this::use)) {
            if (!pod.of().isEmpty()) {
                byPlace.computeIfAbsent(pod.namespace() + " of " + pod.of(), none -> new ArrayList<>())
                        .add(pod.name());
            }
        }
        List<String> uses = new ArrayList<>();
        byPlace.forEach((place, pods) -> uses.add("Pods in namespace " + place + ": "
                + String.join(", ", pods.subList(0, Math.min(NAMED, pods.size())))
                + (pods.size() > NAMED ? " and " + (pods.size() - NAMED) + " more" : "")
                + " (restart or delete their workloads)"));
        return uses;
    }

    /** What one of very many pods goes by: that is all that is kept of it. */
    private Use use(Pod pod) {
        String revision = ObjectMetadata.annotation(pod, MeshLabels.REVISION);
        String asked = ObjectMetadata.label(pod, "app").equals(IstioNames.ISTIOD)
                ? ""
                : ObjectMetadata.label(pod, MeshLabels.REVISION);
        String used = names.contains(revision) ? revision : asked;
        return names.contains(used) && !WorkloadStatus.hasEnded(pod)
                ? new Use(ObjectMetadata.namespace(pod), ObjectMetadata.name(pod), used)
                : Use.NONE;
    }

    static String place(HasMetadata object) {
        return ObjectMetadata.namespace(object) + "/" + ObjectMetadata.name(object);
    }
}
