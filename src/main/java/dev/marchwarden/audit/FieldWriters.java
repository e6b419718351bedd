package dev.marchwarden.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.text.Quoted;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who wrote what an object asks for, by the names that clients give themselves in {@code metadata.managedFields}. They are claims, good for finding the team to
 * talk to, and never grounds of a decision.
 */
final class FieldWriters {
    private static final int MOST = 3;

    /** Names that clients have by default tell nothing. */
    private static final Set<String> DEFAULT_NAMES = Set.of(
            "",
            "Go-http-client",
            "before-first-apply",
            "curl",
            "fabric8-kubernetes-client",
            "manager",
            "node-fetch",
            "okhttp",
            "unknown");

    private FieldWriters() {}

    /** Some names; empty where none tells anything. */
    static String of(JsonNode object) {
        Set<String> names = new TreeSet<>();
        boolean bySpec =
                object.has("spec") && !object.path("kind").asText().equals("Namespace"); // decides by its labels
        String asked = bySpec ? "f:spec" : "f:metadata";
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            String name = entry.path("manager").asText("");
            if (entry.path("subresource").asText("").isEmpty()
                    && entry.path("fieldsV1").has(asked)
                    && !DEFAULT_NAMES.contains(name)
                    && names.size() < MOST) {
                names.add(Quoted.bare(name));
            }
        }
        return String.join(", ", names);
    }
}
