package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A selector of objects by their labels, as Kubernetes and istiod read it: all conditions together, none of them is everything
 * (apimachinery: pkg/apis/meta/v1, LabelSelectorAsSelector).
 *
 * @param tree {@code matchLabels} and {@code matchExpressions}
 */
record LabelSelector(JsonNode tree) {
    /** Whether it is one at all. */
    boolean isValid() {
        return tree.path("matchExpressions").valueStream().allMatch(expression -> {
            boolean hasValues = !expression.path("values").isEmpty();
            return switch (expression.path("operator").asText()) {
                case "In", "NotIn" -> hasValues;
                case "Exists", "DoesNotExist" -> !hasValues;
                default -> false;
            };
        });
    }

    boolean matches(Map<String, String> labels) {
        return tree.path("matchLabels").properties().stream()
                        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())))
                && tree.path("matchExpressions").valueStream().allMatch(expression -> holds(expression, labels));
    }

    private static boolean holds(JsonNode expression, Map<String, String> labels) {
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
            default -> false;
        };
    }
}
