package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;

/** Fills in the certificate of webhooks that have a revision's label, as the istiod of that revision does. */
final class Istiods implements Controllers.Controller {
    private final ObjectStore store;

    Istiods(ObjectStore store) {
        this.store = store;
    }

    @Override
    public void changed(Resource resource, ObjectNode object) {
        if (!resource.plural().endsWith("webhookconfigurations")
                || object.at("/metadata/labels").path("istio.io/rev").isMissingNode()) {
            return;
        }
        ObjectNode filled = object.deepCopy();
        boolean changed = false;
        for (JsonNode webhook : filled.path("webhooks")) {
            ObjectNode client = (ObjectNode) webhook.get("clientConfig");
            if (client.path("caBundle").asText().isEmpty()) {
                client.put("caBundle", "Y2E=");
                changed = true;
            }
        }
        if (changed) {
            store.replace(resource, object, filled);
        }
    }
}
