package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Page;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.Selection;
import dev.marchwarden.standin.store.StatusException;
import java.util.List;
import java.util.Map;

/** Single objects, and lists. */
final class Reads {
    private final ObjectStore store;

    Reads(ObjectStore store) {
        this.store = store;
    }

    Reply get(Target target) throws StatusException {
        ObjectNode found = store.existing(target.resource(), target.namespace(), target.name());
        ObjectNode served = target.resource().in(target.version(), found);
        return new Reply(200, target.subresource().equals("scale") ? Scale.of(served) : served);
    }

    Reply list(Target target, Map<String, String> query) throws StatusException {
        Resource resource = target.resource();
        Page page = store.list(
                resource,
                Selection.of(target.namespace(), query),
                Integer.parseInt(query.getOrDefault("limit", "0")),
                query.getOrDefault("continue", ""));
        ObjectNode list = Json.object()
                .put("kind", resource.kind() + "List")
                .put("apiVersion", resource.apiVersion(target.version()));
        ObjectNode metadata = list.putObject("metadata").put("resourceVersion", Long.toString(page.version()));
        if (!page.token().isEmpty()) {
            metadata.put("continue", page.token()).put("remainingItemCount", page.remaining());
        }
        ArrayNode items = list.putArray("items");
        for (ObjectNode each : page.items()) {
            items.add(
                    resource.isCustom()
                            ? resource.in(target.version(), each)
                            : Json.shallow(each)
                                    .remove(List.of("kind", "apiVersion"))); // as in the lists of the real one
        }
        return new Reply(200, list);
    }
}
