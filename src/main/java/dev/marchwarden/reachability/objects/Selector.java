package dev.marchwarden.reachability.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A selector of objects by their labels: all of what it says together (apimachinery pkg/apis/meta/v1 LabelSelectorAsSelector). */
public record Selector(JsonNode tree) {
    /** One label. */
    public static Selector of(String key, String value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return new Selector(
                json.objectNode().set("matchLabels", json.objectNode().put(key, value)));
    }

    /** The labels that it looks at. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        tree.path("matchLabels").fieldNames().forEachRemaining(keys::add);
        tree.path("matchExpressions")
                .forEach(expression -> keys.add(expression.path("key").asText()));
        return keys;
    }

    /** An operator that nobody knows matches: what cannot be told is taken for open. */
    public boolean matches(Map<String, String> labels) {
        return tree.path("matchLabels").properties().stream()
                        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())))
                && tree.path("matchExpressions").valueStream().allMatch(expression -> holds(expression, labels));
    }

    private static boolean holds(JsonNode expression, Map<String, String> labels) {
        String value = labels.get(expression.path("key").asText());
        boolean listed = expression
                .path("values")
                .valueStream()
                .anyMatch(one -> one.asText().equals(value));
        return switch (expression.path("operator").asText()) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> true;
        };
    }
}
