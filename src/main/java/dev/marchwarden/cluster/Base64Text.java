package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;

/** Bytes as objects of the API hold them. */
final class Base64Text {
    private Base64Text() {}

    /** What is missing or no base64 is empty; an API server stores nothing of the kind. */
    static byte[] decoded(JsonNode text) {
        try {
            return Base64.getDecoder().decode(text.asText(""));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
