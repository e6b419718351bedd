package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object that somebody can own, as managed fields name them: {@code f:spec}, {@code k:{"name":"web"}}, {@code v:"x"}; with
 * their values. An item of a list has an entry of its own, beside those of what is in it.
 */
final class Leaves {
    private static final Set<String> NOBODYS = Set.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "generateName",
            "managedFields");

    private final Map<List<String>, JsonNode> found = new LinkedHashMap<>();
    private final boolean custom;

    private Leaves(boolean custom) {
        this.custom = custom;
    }

    static Map<List<String>, JsonNode> of(Resource resource, ObjectNode object) {
        Leaves leaves = new Leaves(resource.isCustom());
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            switch (field.getKey()) {
                case "apiVersion", "kind" -> {}
                case "metadata" -> {
                    for (Map.Entry<String, JsonNode> of : field.getValue().properties()) {
                        if (!NOBODYS.contains(of.getKey())) {
                            leaves.field(List.of("f:metadata"), of.getKey(), of.getValue());
                        }
                    }
                }
                default -> leaves.field(List.of(), field.getKey(), field.getValue());
            }
        }
        return leaves.found;
    }

    private void field(List<String> above, String name, JsonNode value) {
        List<String> path = with(above, "f:" + name);
        String key = key(path, name, value);
        if (value instanceof ObjectNode object && !object.isEmpty()) {
            object.properties().forEach(each -> field(path, each.getKey(), each.getValue()));
        } else if (value instanceof ArrayNode list && key != null) {
            for (JsonNode item : list) {
                List<String> at = with(path, "k:" + Json.object().set(key, item.path(key)));
                found.put(at, BooleanNode.TRUE);
                item.properties().forEach(each -> field(at, each.getKey(), each.getValue()));
            }
        } else if (value instanceof ArrayNode list && ListKeys.isSet(name)) {
            list.forEach(item -> found.put(with(path, "v:" + item), item));
        } else {
            found.put(path, value);
        }
    }

    private @Nullable String key(List<String> path, String name, JsonNode value) {
        return custom && !path.getFirst().equals("f:metadata") ? null : ListKeys.of(name, value);
    }

    private static List<String> with(List<String> path, String step) {
        List<String> longer = new ArrayList<>(path);
        longer.add(step);
        return List.copyOf(longer);
    }

    /** Takes away what is at a path, and the maps that are empty without it. */
    static void remove(ObjectNode object, List<String> path) {
        removeFrom(object, "", path);
    }

    private static boolean removeFrom(JsonNode node, String field, List<String> path) {
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (node instanceof ObjectNode object) {
            String name = step.substring(2);
            JsonNode below = object.get(name);
            if (below != null && (rest.isEmpty() || removeFrom(below, name, rest))) {
                object.remove(name);
            }
            return object.isEmpty();
        }
        if (node instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (isAt(list.get(i), step)) {
                    if (rest.isEmpty()) {
                        list.remove(i);
                    } else {
                        removeFrom(list.get(i), field, rest);
                    }
                }
            }
            return list.isEmpty();
        }
        return false;
    }

    private static boolean isAt(JsonNode item, String step) {
        JsonNode wanted = Json.parse(step.substring(2));
        return step.startsWith("k:")
                ? wanted.properties().stream()
                        .allMatch(key -> item.path(key.getKey()).equals(key.getValue()))
                : item.equals(wanted);
    }
}
