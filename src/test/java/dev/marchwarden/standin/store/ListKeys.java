package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By which field the items of a list are told apart where lists are merged; lists of which nothing is said here are one value. */
final class ListKeys {
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("volumes", "name"),
            Map.entry("env", "name"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("secrets", "name"),
            Map.entry("webhooks", "name"),
            Map.entry("matchConditions", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("ownerReferences", "uid"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("conditions", "type"));

    private ListKeys() {}

    static @Nullable String of(String field, JsonNode list) {
        if (field.equals("ports")) {
            return list.path(0).has("containerPort")
                    ? "containerPort"
                    : list.path(0).has("port") ? "port" : null;
        }
        return KEYS.get(field);
    }

    /** A list of values of which each counts once. */
    static boolean isSet(String field) {
        return field.equals("finalizers");
    }
}
