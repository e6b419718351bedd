package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cel.Authorizer;
import dev.marchwarden.cel.KubernetesCel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A policy with its binding, as an API server evaluates them. All variables are evaluated first, so that an error in one shows even where
 * nothing refers to it.
 */
final class CelPolicy {
    private final List<JsonNode> rules;
    private final List<Expression> conditions = new ArrayList<>();
    private final Map<String, Expression> variables = new LinkedHashMap<>();
    private final List<Validation> validations = new ArrayList<>();
    private final String action;

    private record Expression(String text) {
        static Expression of(JsonNode text) {
            return new Expression(text.asText());
        }

        Object evaluate(Map<String, Object> variables) {
            return KubernetesCel.evaluated(text, variables);
        }
    }

    private record Validation(Expression valid, Expression message) {}

    /**
     * A validation that failed.
     *
     * @param action of the binding: {@code deny}, {@code warn} or {@code audit}
     * @param expression of the validation
     */
    record Failure(String action, String message, String expression) {
        String rule() {
            return message.substring(0, message.indexOf(':'));
        }
    }

    private CelPolicy(JsonNode policy, JsonNode binding) {
        JsonNode spec = policy.path("spec");
        this.rules = spec.at("/matchConstraints/resourceRules").valueStream().toList();
        this.action = binding.at("/spec/validationActions/0").asText().toLowerCase(Locale.ROOT);
        spec.path("matchConditions").forEach(one -> conditions.add(Expression.of(one.path("expression"))));
        spec.path("variables")
                .forEach(one -> variables.put(one.path("name").asText(), Expression.of(one.path("expression"))));
        spec.path("validations")
                .forEach(one -> validations.add(new Validation(
                        Expression.of(one.path("expression")), Expression.of(one.path("messageExpression")))));
    }

    /** @param objects each policy with its binding behind it */
    static List<CelPolicy> of(List<JsonNode> objects) {
        List<CelPolicy> policies = new ArrayList<>();
        for (int i = 0; i < objects.size(); i += 2) {
            JsonNode policy = objects.get(i);
            JsonNode binding = objects.get(i + 1);
            if (!binding.at("/spec/policyName").equals(policy.at("/metadata/name"))) {
                throw new AssertionError("not the binding of " + policy.at("/metadata/name") + ": " + binding);
            }
            policies.add(new CelPolicy(policy, binding));
        }
        return policies;
    }

    /** @param granted verb and name of usergroup */
    List<Failure> failures(JsonNode request, Set<String> granted) {
        return failures(request, Map.of(), granted);
    }

    /** @param namespace the object's, as far as there is one */
    List<Failure> failures(JsonNode request, Map<String, Object> namespace, Set<String> granted) {
        if (rules.stream().noneMatch(rule -> matches(rule, request))) {
            return List.of();
        }
        Map<String, Object> values = KubernetesCel.variables(request);
        Map<String, Object> known = new HashMap<>();
        values.put("namespaceObject", namespace);
        values.put("authorizer", Authorizer.granting(granted));
        for (Expression condition : conditions) {
            if (!(Boolean) condition.evaluate(values)) {
                return List.of();
            }
        }
        values.put("variables", known);
        variables.forEach((name, expression) -> known.put(name, expression.evaluate(values)));
        return validations.stream()
                .filter(validation -> !(Boolean) validation.valid().evaluate(values))
                .map(validation -> new Failure(
                        action,
                        (String) validation.message().evaluate(values),
                        validation.valid().text()))
                .toList();
    }

    private static boolean matches(JsonNode rule, JsonNode request) {
        String resource = request.at("/resource/resource").asText();
        String subresource = request.path("subResource").asText();
        return holds(rule.path("apiGroups"), request.at("/resource/group").asText())
                && holds(
                        rule.path("apiVersions"),
                        request.at("/resource/version").asText())
                && holds(rule.path("operations"), request.path("operation").asText())
                && holds(rule.path("resources"), subresource.isEmpty() ? resource : resource + "/" + subresource);
    }

    private static boolean holds(JsonNode list, String value) {
        return list.valueStream().anyMatch(one -> one.asText().equals(value));
    }
}
