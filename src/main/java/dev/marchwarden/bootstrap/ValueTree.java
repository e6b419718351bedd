package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Values of charts put together as helm does it: maps are joined, anything else replaces what was there. */
final class ValueTree {
    private ValueTree() {}

    /** A new tree, in which the second one wins. A null stays, for it makes helm drop the chart's own value. */
    static ObjectNode merged(ObjectNode under, ObjectNode over) {
        ObjectNode merged = under.deepCopy();
        over.properties().forEach(field -> {
            JsonNode below = merged.get(field.getKey());
            merged.set(
                    field.getKey(),
                    below instanceof ObjectNode map && field.getValue() instanceof ObjectNode more
                            ? merged(map, more)
                            : field.getValue().deepCopy());
        });
        return merged;
    }
}
