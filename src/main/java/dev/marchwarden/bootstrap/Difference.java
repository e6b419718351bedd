package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A field that differs from the desired object.
 *
 * @param path as in {@code spec.ingress[0].ports[1].port}
 * @param actual missing where there is none
 * @param desired missing where there should be none
 */
public record Difference(String path, JsonNode actual, JsonNode desired) {
    private static final int MAX_SHOWN = 120;

    /** A quoted name, a position, or a plain name. */
    private static final Pattern SEGMENT = Pattern.compile("\"([^\"]*)\"|\\[(\\d+)]|([A-Za-z0-9_-]+)");

    /** The same path as a JSON pointer (RFC 6901). */
    public String pointer() {
        JsonPointer pointer = JsonPointer.empty();
        for (MatchResult part : SEGMENT.matcher(path).results().toList()) {
            String name = part.group(1) == null ? part.group(2) == null ? part.group(3) : part.group(2) : part.group(1);
            pointer = pointer.appendProperty(name);
        }
        return pointer.toString();
    }

    @Override
    public String toString() {
        return path + ": " + shown(actual) + " -> " + shown(desired);
    }

    private static String shown(JsonNode node) {
        if (node.isMissingNode()) {
            return "(none)";
        }
        String text = node.isTextual() && node.asText().matches("[!-~]+") ? node.asText() : node.toString();
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    }
}
