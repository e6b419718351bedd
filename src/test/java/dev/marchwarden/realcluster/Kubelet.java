package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * A node, as far as the API shows one: it takes every pod, says that it runs, and some time after a pod was deleted that it has ended. Nothing
 * is run.
 */
final class Kubelet {
    private static final String NODE = "node-1";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** How long a program takes to end once it is told to. */
    private static final Duration LAST_WORDS = Duration.ofMillis(1500);

    private final ClusterApi api;
    private final Map<String, Instant> ending = new HashMap<>();
    private Instant heartbeat = Instant.EPOCH;
    private int addresses;
    private volatile boolean isFull;

    Kubelet(ClusterApi api) {
        this.api = api;
    }

    /** Whether it takes no pods any more; those stay pending. */
    void full(boolean is) {
        isFull = is;
    }

    void look() throws IOException, InterruptedException {
        beat();
        for (JsonNode pod : api.list("/api/v1/pods")) {
            String path = "/api/v1/namespaces/" + pod.at("/metadata/namespace").asText() + "/pods/"
                    + pod.at("/metadata/name").asText();
            if (pod.path("metadata").has("deletionTimestamp")) {
                end(path, pod.at("/metadata/uid").asText());
            } else if (!pod.path("spec").has("nodeName")) {
                if (!isFull) {
                    bind(path, pod.at("/metadata/name").asText());
                }
            } else if (pod.at("/status/phase").asText().equals("Pending")) {
                api.patch(path + "/status", "merge", running(pod));
            }
        }
    }

    /** Whoever is not heard of loses its pods. */
    private void beat() throws IOException, InterruptedException {
        Instant now = Instant.now();
        if (now.isBefore(heartbeat.plus(HEARTBEAT))) {
            return;
        }
        String micros = now.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000000Z");
        JsonNode lease = ClusterApi.JSON.readTree("""
                {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "%s"},
                "spec": {"holderIdentity": "%s", "leaseDurationSeconds": 40, "renewTime": "%s"}}
                """.formatted(NODE, NODE, micros));
        if (!api.patch(LEASES + "/" + NODE, "merge", lease)) {
            api.create("/api/v1/nodes", ClusterApi.JSON.readTree("""
                    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s"}, "status": {"conditions": [
                    {"type": "Ready", "status": "True", "lastHeartbeatTime": "%s", "lastTransitionTime": "%s"}]}}
                    """.formatted(NODE, second(), second())));
            if (!api.create(LEASES, lease)) {
                return;
            }
        }
        heartbeat = now;
    }

    private void bind(String path, String name) throws IOException, InterruptedException {
        api.create(path + "/binding", ClusterApi.JSON.readTree("""
                {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "%s"}, "target": {"kind": "Node", "name": "%s"}}
                """.formatted(name, NODE)));
    }

    private void end(String path, String uid) throws IOException, InterruptedException {
        Instant told = ending.computeIfAbsent(uid, none -> Instant.now());
        if (Instant.now().isAfter(told.plus(LAST_WORDS))) {
            ObjectNode now = ClusterApi.JSON.createObjectNode().put("gracePeriodSeconds", 0);
            now.putObject("preconditions").put("uid", uid);
            api.delete(path, now);
            ending.remove(uid);
        }
    }

    private ObjectNode running(JsonNode pod) {
        addresses++;
        ObjectNode patch = ClusterApi.JSON.createObjectNode();
        ObjectNode status = patch.putObject("status");
        status.put("phase", "Running").put("startTime", second());
        status.put("podIP", "10.9." + addresses / 250 + "." + (addresses % 250 + 1));
        status.putArray("podIPs").addObject().put("ip", status.get("podIP").asText());
        ArrayNode conditions = status.putArray("conditions");
        for (String type : new String[] {"PodScheduled", "Initialized", "ContainersReady", "Ready"}) {
            conditions.addObject().put("type", type).put("status", "True").put("lastTransitionTime", second());
        }
        for (String list : new String[] {"initContainers", "containers"}) {
            ArrayNode statuses = status.putArray(
                    list.replace("Containers", "Container").replace("containers", "container") + "Statuses");
            for (JsonNode container : pod.at("/spec/" + list)) {
                boolean stays = list.equals("containers") || container.has("restartPolicy");
                ObjectNode its = statuses.addObject();
                its.set("name", container.get("name"));
                its.put("image", container.path("image").asText())
                        .put("imageID", "")
                        .put("restartCount", 0);
                its.put("ready", true).put("started", stays).putObject("lastState");
                ObjectNode state = its.putObject("state");
                if (stays) {
                    state.putObject("running").put("startedAt", second());
                } else {
                    state.putObject("terminated").put("exitCode", 0).put("reason", "Completed");
                }
            }
        }
        return patch;
    }

    private static String second() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
