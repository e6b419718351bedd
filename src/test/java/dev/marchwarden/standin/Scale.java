package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;

/** The number of replicas of a workload, as a subresource. */
final class Scale {
    private static final String REPLICAS = "replicas";

    private Scale() {}

    static ObjectNode of(ObjectNode workload) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            JsonNode value = workload.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        scale.putObject("spec").put(REPLICAS, workload.at("/spec/replicas").asInt());
        scale.putObject("status").put(REPLICAS, workload.at("/status/replicas").asInt());
        return scale;
    }

    static ObjectNode applied(ObjectNode workload, ObjectNode scale) {
        ObjectNode scaled = workload.deepCopy();
        scaled.withObjectProperty("spec")
                .put(REPLICAS, scale.at("/spec/replicas").asInt());
        return scaled;
    }
}
