package dev.marchwarden.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A selector of objects by their labels, as Kubernetes and istiod read it: all conditions together, none of them is everything
 * (apimachinery: pkg/apis/meta/v1, LabelSelectorAsSelector). An operator that is not known can be read as a match or not: a caller takes
 * {@link #matches} where a match protects, and {@link #mayMatch} where a match opens something.
 *
 * @param tree {@code matchLabels} and {@code matchExpressions}
 */
public record LabelSelector(JsonNode tree) {
    public static LabelSelector of(String key, String value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return new LabelSelector(
                json.objectNode().set("matchLabels", json.objectNode().put(key, value)));
    }

    /** Whether it is one at all. */
    public boolean isValid() {
        return tree.path("matchExpressions").valueStream().allMatch(expression -> {
            boolean hasValues = !expression.path("values").isEmpty();
            return switch (expression.path("operator").asText()) {
                case "In", "NotIn" -> hasValues;
                case "Exists", "DoesNotExist" -> !hasValues;
                default -> false;
            };
        });
    }

    /** For certain: nothing matches an operator that is not known. */
    public boolean matches(Map<String, String> labels) {
        return matches(labels, false);
    }

    /** Unless it certainly does not: everything matches an operator that is not known. */
    public boolean mayMatch(Map<String, String> labels) {
        return matches(labels, true);
    }

    /** The labels that it looks at. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        tree.path("matchLabels").fieldNames().forEachRemaining(keys::add);
        tree.path("matchExpressions")
                .forEach(expression -> keys.add(expression.path("key").asText()));
        return keys;
    }

    private boolean matches(Map<String, String> labels, boolean unknown) {
        return tree.path("matchLabels").properties().stream()
                        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())))
                && tree.path("matchExpressions")
                        .valueStream()
                        .allMatch(expression -> holds(expression, labels, unknown));
    }

    private static boolean holds(JsonNode expression, Map<String, String> labels, boolean unknown) {
        String value = labels.get(expression.path("key").asText());
        boolean isListed = expression
                .path("values")
                .valueStream()
                .anyMatch(listed -> listed.asText().equals(value));
        return switch (expression.path("operator").asText()) {
            case "In" -> isListed;
            case "NotIn" -> !isListed;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> unknown;
        };
    }
}
