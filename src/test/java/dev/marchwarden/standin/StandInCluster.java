package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.Selection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What there is, and what a test makes of it by itself: at once, past all users and webhooks; those who watch are told. */
public abstract sealed class StandInCluster permits StandInApiServer {
    final ResourceTable table = new ResourceTable();
    final ObjectStore store = new ObjectStore();
    private final Resource namespaces = table.named("namespaces");

    /** A namespace, new or with other labels. */
    public void put(String name, Map<String, String> labels) {
        store.put(namespaces, SampleNamespace.of(name, labels));
    }

    public void terminate(String name) {
        ObjectNode namespace = store.find(namespaces, "", name);
        if (namespace != null) {
            ObjectNode terminating = namespace.deepCopy();
            ((ObjectNode) terminating.get("metadata")).put("deletionTimestamp", "2026-11-22T07:00:00Z");
            store.put(namespaces, terminating);
        }
    }

    public void remove(String name) {
        store.remove(namespaces, "", name);
    }

    /** The labels of a namespace; null where there is none of that name. */
    public @Nullable Map<String, String> labels(String name) {
        ObjectNode namespace = store.find(namespaces, "", name);
        return namespace == null
                ? null
                : namespace.at("/metadata/labels").properties().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, label -> label.getValue().asText()));
    }

    /** An object of any kind, in YAML or JSON, in the place of the one of its name. */
    public void put(String manifest) {
        ObjectNode object = Json.yaml(manifest);
        String kind = object.path("kind").asText();
        Resource resource = table.of(object.path("apiVersion").asText(), kind);
        if (resource == null) {
            throw new IllegalArgumentException("the stand-in knows no " + kind);
        }
        Defaults.fill(resource, object);
        store.put(resource, object);
    }

    /**
     * An object; null where there is none.
     *
     * @param plural {@code secrets}, {@code gateways.networking.istio.io}
     * @param namespace empty for what is in none
     */
    public @Nullable JsonNode find(String plural, String namespace, String name) {
        return store.find(table.named(plural), namespace, name);
    }

    public List<ObjectNode> all(String plural) {
        return store.all(table.named(plural), Selection.in(""));
    }

    public void remove(String plural, String namespace, String name) {
        store.remove(table.named(plural), namespace, name);
    }
}
