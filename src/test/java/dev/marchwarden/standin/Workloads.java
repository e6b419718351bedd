package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;

/** Says of each workload that it runs, as soon as it is there, and of each job that it has ended; though no pod ever is. */
final class Workloads implements Controllers.Controller {
    private final ObjectStore store;
    private final String jobs;

    /** @param jobs the condition that they all come to */
    Workloads(ObjectStore store, String jobs) {
        this.store = store;
        this.jobs = jobs;
    }

    @Override
    public void changed(Resource resource, ObjectNode object) {
        ObjectNode status = Json.object();
        int replicas = object.at("/spec/replicas").asInt(1);
        switch (resource.plural()) {
            case "deployments", "statefulsets", "replicasets" -> {
                status.put("replicas", replicas).put("readyReplicas", replicas);
                status.put("updatedReplicas", replicas).put("availableReplicas", replicas);
                condition(status, "Available");
            }
            case "daemonsets" ->
                status.put("desiredNumberScheduled", 1)
                        .put("currentNumberScheduled", 1)
                        .put("updatedNumberScheduled", 1)
                        .put("numberAvailable", 1)
                        .put("numberReady", 1);
            case "jobs" -> {
                status.put("startTime", ApiRequest.now());
                if (jobs.equals("Complete")) {
                    status.put("succeeded", 1).put("completionTime", ApiRequest.now());
                } else {
                    status.put("failed", 1);
                }
                condition(status, jobs);
            }
            case "pods" -> {
                status.put("phase", "Running");
                condition(status, "Ready");
            }
            default -> {
                return;
            }
        }
        int generation = object.at("/metadata/generation").asInt(1);
        if (object.at("/status/observedGeneration").asInt(-1) != generation) {
            ObjectNode running = object.deepCopy();
            running.set("status", status.put("observedGeneration", generation));
            store.replace(resource, object, running);
        }
    }

    private static void condition(ObjectNode status, String type) {
        status.putArray("conditions").addObject().put("type", type).put("status", "True");
    }
}
