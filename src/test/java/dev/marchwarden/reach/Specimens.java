package dev.marchwarden.reach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the smallest object that has one value at one row's path: one item in each list, one entry in each map on the way, and nothing
 * else but what a rule must find beside it to read the value.
 */
public final class Specimens {
    /** Of entries of maps whose row is about any key. Both a good label and a good port. */
    public static final String KEY = "8080";

    private static final Pattern CLIENT_TLS = Pattern.compile("\\btrafficPolicy\\.(portLevelSettings\\[]\\.)?tls\\.");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Specimens() {}

    /** With the siblings that the reach asks for by itself. */
    public static ObjectNode of(KindTable kind, String version, ReachRow row, String namespace, String value) {
        return of(kind, version, row, namespace, value, companions(row));
    }

    /**
     * @param namespace of the object; not used for a cluster-scoped kind
     * @param beside values by path; a path that starts with the row's lists and maps goes into the same item and entry
     */
    public static ObjectNode of(
            KindTable kind, String version, ReachRow row, String namespace, String value, Map<String, String> beside) {
        ObjectNode object = JSON.objectNode();
        String apiVersion = kind.group().isEmpty() ? version : kind.group() + "/" + version;
        object.put("apiVersion", apiVersion).put("kind", kind.kind());
        ObjectNode metadata = object.putObject("metadata").put("name", "specimen");
        if (!kind.clusterScoped()) {
            metadata.put("namespace", namespace);
        }
        object.putObject("spec");
        beside.forEach((path, text) -> put(object, PathPattern.segments(path), text));
        put(object, PathPattern.segments(row.path()), value);
        return object;
    }

    /** Siblings without which the value would mean something else, or nothing. */
    public static Map<String, String> companions(ReachRow row) {
        Map<String, String> companions = new LinkedHashMap<>(siblings(row));
        StringBuilder path = new StringBuilder();
        for (String segment : PathPattern.segments(row.path())) {
            path.append(path.isEmpty() || PathPattern.isItem(segment) || segment.startsWith("{") ? "" : ".")
                    .append(segment);
            if (PathPattern.isItem(segment)
                    && !segment.equals(PathPattern.ITEM)
                    && !row.path().equals(path + ".name")) {
                companions.put(path + ".name", itemName(segment));
            }
        }
        return companions;
    }

    private static String itemName(String segment) {
        return segment.substring(1, segment.length() - 1).split(",", -1)[0];
    }

    /** The value that the row of an item's name must have for the item to be of interest; null for any other row. */
    public static @Nullable String nameOfItem(ReachRow row) {
        List<String> segments = PathPattern.segments(row.path());
        String item = segments.size() < 2 ? "" : segments.get(segments.size() - 2);
        boolean named = row.path().endsWith("].name") && PathPattern.isItem(item) && !item.equals(PathPattern.ITEM);
        return named ? itemName(item) : null;
    }

    private static Map<String, String> siblings(ReachRow row) {
        return switch (row.reach()) {
            case BACKEND -> Map.of(sibling(row, "group"), "networking.istio.io", sibling(row, "kind"), "Hostname");
            case TLS_TARGET -> Map.of(sibling(row, "group"), "", sibling(row, "kind"), "Service");
            case HEADER -> Map.of(sibling(row, "name"), "Host");
            case CONDITION -> Map.of(sibling(row, "key"), "source.namespace");
            case CLIENT_TLS_MODE -> Map.of();
            // Without a mode beside it such a field says DISABLE.
            default -> CLIENT_TLS.matcher(row.path()).find() ? Map.of(sibling(row, "mode"), "ISTIO_MUTUAL") : Map.of();
        };
    }

    /** The path of another field of the object that has the row's. */
    public static String sibling(ReachRow row, String field) {
        String path = row.path().replaceAll("(\\[]|\\{[^}]*})$", "");
        return path.substring(0, path.lastIndexOf('.') + 1) + field;
    }

    private static void put(ObjectNode object, List<String> path, String value) {
        JsonNode at = object;
        for (int i = 0; i < path.size(); i++) {
            boolean last = i == path.size() - 1;
            JsonNode next = last ? JSON.textNode(value) : container(path.get(i + 1));
            at = step(at, path.get(i), next);
        }
    }

    private static JsonNode container(String next) {
        return PathPattern.isItem(next) ? JSON.arrayNode() : JSON.objectNode();
    }

    /** Goes one step down, on what is there already or on what is given. */
    private static JsonNode step(JsonNode at, String segment, JsonNode given) {
        if (at instanceof ArrayNode list) {
            if (list.isEmpty() || given.isTextual()) {
                list.add(given);
            }
            return list.get(list.size() - 1);
        }
        ObjectNode object = (ObjectNode) at;
        String name = name(segment);
        if (!object.has(name) || given.isTextual()) {
            object.set(name, given);
        }
        return object.get(name);
    }

    private static String name(String segment) {
        return switch (segment) {
            case PathPattern.ENTRY -> KEY;
            case PathPattern.WHOLE -> "anything";
            default -> segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : segment;
        };
    }

    /** The path of the value in the object, as a message has it. */
    public static String concrete(ReachRow row) {
        StringBuilder path = new StringBuilder();
        for (String segment : PathPattern.segments(row.path())) {
            if (PathPattern.isItem(segment)) {
                Node.append(path, "", 0);
            } else if (!segment.equals(PathPattern.WHOLE)) { // a subtree is one value, that of its top
                Node.append(path, name(segment), segment.startsWith("{") ? Node.ENTRY : Node.FIELD);
            }
        }
        return path.toString();
    }
}
