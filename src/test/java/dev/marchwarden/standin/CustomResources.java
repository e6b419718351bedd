package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import java.util.List;
import java.util.Set;

/** Serves what CustomResourceDefinitions define, from then on for good. Schemas are not looked at. */
final class CustomResources implements Controllers.Controller {
    private final ObjectStore store;
    private final ResourceTable table;

    CustomResources(ObjectStore store, ResourceTable table) {
        this.store = store;
        this.table = table;
    }

    @Override
    public void changed(Resource resource, ObjectNode object) {
        if (!resource.plural().equals("customresourcedefinitions")
                || object.path("status").has("conditions")) {
            return;
        }
        JsonNode spec = object.path("spec");
        List<String> versions = spec.path("versions")
                .valueStream()
                .filter(version -> version.path("served").asBoolean())
                .map(version -> version.path("name").asText())
                .toList();
        JsonNode names = spec.path("names");
        if (!versions.isEmpty()) {
            table.add(new Resource(
                    spec.path("group").asText(),
                    versions,
                    names.path("plural").asText(),
                    names.path("kind").asText(),
                    spec.path("scope").asText().equals("Namespaced"),
                    Set.of("status"),
                    Set.of("versioned", "generation"),
                    names.path("shortNames").valueStream().map(JsonNode::asText).toList()));
        }
        ObjectNode established = object.deepCopy();
        ObjectNode status = Json.object();
        status.set("acceptedNames", names);
        for (String type : List.of("NamesAccepted", "Established")) {
            status.withArrayProperty("conditions").addObject().put("type", type).put("status", "True");
        }
        versions.forEach(status.putArray("storedVersions")::add);
        established.set("status", status);
        store.replace(resource, object, established);
    }
}
