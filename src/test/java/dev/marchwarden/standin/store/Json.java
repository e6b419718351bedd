package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Trees of JSON, and of the YAML that API servers accept in its place. */
public final class Json {
    public static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** What was sent, to compare with. */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A manifest of one object. */
    public static ObjectNode yaml(String manifest) {
        try {
            return (ObjectNode) YAML.readTree(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A body, in JSON or YAML. */
    public static JsonNode body(String body) throws StatusException {
        try {
            boolean json = body.startsWith("{") || body.startsWith("[");
            return (json ? MAPPER : YAML).readTree(body);
        } catch (IOException e) {
            throw StatusException.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    /** The text at a JSON pointer; empty where there is none. */
    public static String text(JsonNode node, String pointer) {
        return node.at(pointer).asText();
    }

    /** Another object with the same fields: the values are shared and not to be changed. */
    public static ObjectNode shallow(ObjectNode node) {
        return object().setAll(node);
    }
}
