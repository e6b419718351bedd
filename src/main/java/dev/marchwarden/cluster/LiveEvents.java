package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.JsonTrees;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes Events about namespaces. Blocks the caller's thread. */
public final class LiveEvents {
    private static final int MOST_CONFLICTS = 3;
    private static final String COMPONENT = "marchwarden";

    private final StoredObjects stored;

    /** @param deadline of a request */
    public LiveEvents(ApiServer api, Duration deadline) {
        this.stored = new StoredObjects(api, deadline);
    }

    /**
     * Creates the Event, or adds to the count of the one that is there.
     *
     * @throws RefusedException {@linkplain RefusedException#isMissing missing} where there is no such namespace
     * @throws IOException where no answer comes
     */
    public void add(NamespaceEvent event) throws IOException {
        ObjectName name = ObjectName.event(event.namespace(), event.name());
        try {
            stored.create(name, object(event));
        } catch (RefusedException e) {
            if (!e.isConflict()) {
                throw e;
            }
            count(name, event);
        }
    }

    /** Several replicas may count at once. */
    private void count(ObjectName name, NamespaceEvent event) throws IOException {
        for (int tries = 1; ; tries++) {
            JsonNode before = stored.get(name);
            JsonPatch patch = new JsonPatch()
                    .add("/count", IntNode.valueOf(before.path("count").asInt() + event.count()))
                    .add("/lastTimestamp", seconds(event.last()));
            try {
                stored.patch(name, before, patch);
                return;
            } catch (RefusedException e) {
                if (!e.isConflict() || tries == MOST_CONFLICTS) {
                    throw e;
                }
            }
        }
    }

    private static ObjectNode object(NamespaceEvent event) {
        ObjectNode object =
                JsonTrees.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "Event");
        object.putObject("metadata").put("name", event.name()).put("namespace", event.namespace());
        // With its own name as its namespace, although a Namespace has none: the API server takes an Event about what
        // has no namespace in "default" only, where people of "default" would read it and those of the namespace not.
        object.putObject("involvedObject")
                .put("apiVersion", "v1")
                .put("kind", "Namespace")
                .put("name", event.namespace())
                .put("namespace", event.namespace());
        object.put("type", "Warning").put("reason", event.reason()).put("message", event.message());
        object.put("reportingComponent", COMPONENT).putObject("source").put("component", COMPONENT);
        object.put("firstTimestamp", seconds(event.first()));
        object.put("lastTimestamp", seconds(event.last()));
        return object.put("count", event.count());
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
