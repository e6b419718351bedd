package dev.marchwarden.istio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A selector of objects by their labels, as Kubernetes and istiod read it: all conditions together, none of them is everything
 * (apimachinery: pkg/apis/meta/v1, LabelSelectorAsSelector). An operator that is not known can be read as a match or not: a caller takes
 * {@link #matches} where a match protects, and {@link #mayMatch} where a match opens something.
 */
public record LabelSelector(Map<String, String> matchLabels, List<Expression> matchExpressions) {
    /** @param operator as it is written */
    public record Expression(String key, String operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        private boolean isValid() {
            return switch (operator) {
                case "In", "NotIn" -> !values.isEmpty();
                case "Exists", "DoesNotExist" -> values.isEmpty();
                default -> false;
            };
        }

        private boolean holds(Map<String, String> labels, boolean unknown) {
            String value = labels.get(key);
            boolean isListed = value != null && values.contains(value);
            return switch (operator) {
                case "In" -> isListed;
                case "NotIn" -> !isListed;
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                default -> unknown;
            };
        }
    }

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    public static LabelSelector of(String key, String value) {
        return new LabelSelector(Map.of(key, value), List.of());
    }

    /** @param tree {@code matchLabels} and {@code matchExpressions}; missing for one without conditions */
    public static LabelSelector of(JsonNode tree) {
        Map<String, String> labels = new TreeMap<>();
        tree.path("matchLabels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new LabelSelector(
                labels,
                tree.path("matchExpressions")
                        .valueStream()
                        .map(expression -> new Expression(
                                expression.path("key").asText(),
                                expression.path("operator").asText(),
                                expression
                                        .path("values")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .toList()))
                        .toList());
    }

    /** Whether it is one at all. */
    public boolean isValid() {
        return matchExpressions.stream().allMatch(Expression::isValid);
    }

    /** For certain: nothing matches an operator that is not known. */
    public boolean matches(Map<String, String> labels) {
        return matches(labels, false);
    }

    /** Unless it certainly does not: everything matches an operator that is not known. */
    public boolean mayMatch(Map<String, String> labels) {
        return matches(labels, true);
    }

    private boolean matches(Map<String, String> labels, boolean unknown) {
        return labels.entrySet().containsAll(matchLabels.entrySet())
                && matchExpressions.stream().allMatch(expression -> expression.holds(labels, unknown));
    }

    /** The labels that it looks at. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>(matchLabels.keySet());
        matchExpressions.forEach(expression -> keys.add(expression.key));
        return keys;
    }
}
