package dev.marchwarden.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** A JSON Patch (RFC 6902), operation by operation. Paths are JSON Pointers (RFC 6901). */
public final class JsonPatch {
    private final ArrayNode operations = JsonTrees.MAPPER.createArrayNode();

    /** Fails as a whole where the value is another one. */
    public JsonPatch test(String path, JsonNode value) {
        return with("test", path, value);
    }

    /** Sets a field, whether it is there or not; of a list, inserts an item. */
    public JsonPatch add(String path, JsonNode value) {
        return with("add", path, value);
    }

    public JsonPatch add(String path, String value) {
        return add(path, TextNode.valueOf(value));
    }

    /** Sets what has to be there. */
    public JsonPatch replace(String path, JsonNode value) {
        return with("replace", path, value);
    }

    public JsonPatch remove(String path) {
        operation("remove", path);
        return this;
    }

    private JsonPatch with(String operation, String path, JsonNode value) {
        operation(operation, path).set("value", value);
        return this;
    }

    private ObjectNode operation(String operation, String path) {
        return operations.addObject().put("op", operation).put("path", path);
    }

    /** All operations of another patch after these. */
    public JsonPatch then(JsonPatch other) {
        operations.addAll(other.operations);
        return this;
    }

    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /** As it is sent. */
    @Override
    public String toString() {
        return operations.toString();
    }
}
