package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** One version of a Secret. */
public final class SecretContent {
    private final JsonNode object;
    private final Map<String, byte[]> data;

    private SecretContent(JsonNode object, Map<String, byte[]> data) {
        this.object = object;
        this.data = data;
    }

    static SecretContent of(JsonNode object) {
        Map<String, byte[]> data = new LinkedHashMap<>();
        object.path("data").forEachEntry((entry, value) -> data.put(entry, Base64Text.decoded(value)));
        return new SecretContent(object, data);
    }

    JsonNode object() {
        return object;
    }

    /** Empty where there is none, or where it is null. */
    public Map<String, byte[]> data() {
        return data;
    }

    /** Whether it holds what another version held. */
    public boolean holdsAs(SecretContent other) {
        return object.path("data").equals(other.object.path("data"));
    }

    /** The names of the entries, and nothing of what is in them. */
    @Override
    public String toString() {
        return "SecretContent" + data.keySet();
    }
}
