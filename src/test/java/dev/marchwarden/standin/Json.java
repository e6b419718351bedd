package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What was sent, to compare with. */
public final class Json {
    private Json() {}

    public static JsonNode parse(String json) {
        try {
            return NamespaceStore.JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
