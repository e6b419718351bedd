package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.kubernetes.ObjectMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What still goes by certain revisions and tags: whoever would be without a control plane if they went. */
final class RevisionUses {
    private static final int NAMED = 5;
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final ClusterObjects objects;
    private final Set<String> names;

    /** @param names of revisions and tags */
    RevisionUses(ClusterObjects objects, Set<String> names) {
        this.objects = objects;
        this.names = Set.copyOf(names);
    }

    /** A line for each, with what to do. */
    List<String> all(ClusterInventory survey) throws IOException {
        List<String> uses = new ArrayList<>();
        for (JsonNode namespace : survey.namespaces()) {
            String label = ObjectMetadata.label(namespace, MeshLabels.REVISION);
            if (names.contains(label)) {
                uses.add("Namespace " + ObjectMetadata.name(namespace) + ": injected by " + label
                        + " (assign it another, or take the label away)");
            }
        }
        uses.addAll(pods());
        for (JsonNode gateway : objects.list(ObjectKind.GATEWAY, "", "")) {
            String label = ObjectMetadata.label(gateway, MeshLabels.REVISION);
            if (names.contains(label)) {
                uses.add("Gateway " + place(gateway) + ": served by " + label + " (delete it, or label it otherwise)");
            }
        }
        return uses;
    }

    private List<String> pods() throws IOException {
        Map<String, List<String>> byPlace = new TreeMap<>();
        for (JsonNode pod : objects.list(ObjectKind.POD, "", "", ClusterObjects::summary)) {
            String revision = ObjectMetadata.annotation(pod, MeshLabels.REVISION);
            String asked = ObjectMetadata.label(pod, "app").equals("istiod")
                    ? ""
                    : ObjectMetadata.label(pod, MeshLabels.REVISION);
            String used = names.contains(revision) ? revision : asked;
            if (names.contains(used) && !ENDED.contains(pod.at("/status/phase").asText())) {
                byPlace.computeIfAbsent(ObjectMetadata.namespace(pod) + " of " + used, none -> new ArrayList<>())
                        .add(ObjectMetadata.name(pod));
            }
        }
        List<String> uses = new ArrayList<>();
        byPlace.forEach((place, pods) -> uses.add("Pods in namespace " + place + ": "
                + String.join(", ", pods.subList(0, Math.min(NAMED, pods.size())))
                + (pods.size() > NAMED ? " and " + (pods.size() - NAMED) + " more" : "")
                + " (restart or delete what they belong to)"));
        return uses;
    }

    static String place(JsonNode object) {
        return ObjectMetadata.namespace(object) + "/" + ObjectMetadata.name(object);
    }
}
