package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

    public Workloads(ClusterObjects objects, String namespace) {
        this.objects = objects;
        this.namespace = namespace;
    }

    /** What has pods that run and were not injected by this revision. */
    public Stale stale(String revision) throws IOException {
        List<JsonNode> pods = new ArrayList<>(objects.list(ObjectKind.POD, namespace, ""));
        pods.removeIf(pod -> Labels.annotation(pod, Labels.REVISION).equals(revision)
                || ENDED.contains(pod.at("/status/phase").asText())
                || Labels.isTerminating(pod));
        List<ObjectName> workloads = new ArrayList<>();
        for (ObjectKind kind : RESTARTABLE) {
            for (JsonNode workload : objects.list(kind, namespace, "")) {
                if (pods.removeIf(pod -> isOf(pod, workload))) {
                    workloads.add(ObjectName.of(kind, namespace, Labels.name(workload)));
                }
            }
        }
        return new Stale(workloads, pods.stream().map(Labels::name).toList());
    }

    private static boolean isOf(JsonNode pod, JsonNode workload) {
        JsonNode selector = workload.at("/spec/selector/matchLabels");
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> Labels.of(pod, label.getKey())
                                .equals(label.getValue().asText()));
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
