package dev.marchwarden.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON as trees, for what is small or rare. A request is never read into a tree ({@link JsonStreams}). */
public final class JsonTrees {
    /** Reads and writes compact JSON; of a repeated field the last value counts. */
    public static final JsonMapper MAPPER = new JsonMapper(JsonStreams.WIRE);

    private JsonTrees() {}

    /** For people: indented, without a line break at the end. */
    public static String indented(JsonNode tree) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree could not be written as JSON", e);
        }
    }
}
