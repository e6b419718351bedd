package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether labels match selectors: one of the list, and all of what it says (pkg/kube/namespace/filter.go isSelectedLocked).
 *
 * @param selectors none match everything
 */
record NamespaceMatch(List<JsonNode> selectors) {
    boolean matches(Map<String, String> labels) {
        return selectors.isEmpty() || selectors.stream().anyMatch(selector -> matches(selector, labels));
    }

    /** The labels that it looks at. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (JsonNode selector : selectors) {
            selector.path("matchLabels").fieldNames().forEachRemaining(keys::add);
            selector.path("matchExpressions")
                    .forEach(expression -> keys.add(expression.path("key").asText()));
        }
        return keys;
    }

    /** An operator that nobody knows matches: what cannot be told is taken for open. */
    static boolean matches(JsonNode selector, Map<String, String> labels) {
        return selector.path("matchLabels").properties().stream()
                        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())))
                && selector.path("matchExpressions").valueStream().allMatch(expression -> {
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
                });
    }
}
