package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonPatch;
import com.flipkart.zjsonpatch.JsonPatchApplicationException;
import java.util.Map;

/** Changes to an object, of the three kinds that are no application of a configuration. */
public final class Patch {
    public static final String JSON = "application/json-patch+json";
    public static final String MERGE = "application/merge-patch+json";
    public static final String STRATEGIC = "application/strategic-merge-patch+json";
    public static final String APPLY = "application/apply-patch+yaml";

    private Patch() {}

    /** The object as it is after it; the one given stays as it is. */
    public static ObjectNode apply(String type, Resource resource, ObjectNode object, JsonNode patch)
            throws StatusException {
        ObjectNode after = object.deepCopy();
        switch (type) {
            case JSON -> {
                try {
                    return (ObjectNode) JsonPatch.apply(patch, after);
                } catch (JsonPatchApplicationException e) {
                    throw StatusException.of(
                            422, "the server rejected our request due to an error in our request: " + e.getMessage());
                }
            }
            case MERGE -> merge(after, patch);
            case STRATEGIC -> {
                if (resource.isCustom()) {
                    throw StatusException.of(
                            415,
                            "the body of the request was in an unknown format - accepted media types include: " + JSON
                                    + ", " + MERGE + ", " + APPLY);
                }
                StrategicMerge.merge(after, (ObjectNode) patch);
            }
            default -> throw StatusException.of(415, "the body of the request was in an unknown format: " + type);
        }
        return after;
    }

    /** RFC 7396. */
    private static void merge(ObjectNode into, JsonNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                into.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                if (!into.path(field.getKey()).isObject()) {
                    into.putObject(field.getKey());
                }
                merge((ObjectNode) into.get(field.getKey()), object);
            } else {
                into.set(field.getKey(), value);
            }
        }
    }
}
