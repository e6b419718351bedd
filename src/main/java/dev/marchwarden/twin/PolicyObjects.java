package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes policies of checks. A binding acts in one way on all that its policy finds, so there is a policy for each enforcement that the
 * tenancy has for one of the checks, and a binding of the same name.
 */
final class PolicyObjects {
    private static final List<Enforcement> STRICTEST_FIRST =
            List.of(Enforcement.DENY, Enforcement.WARN, Enforcement.AUDIT);

    private final Tenancy tenancy;
    private final EnforcementCondition condition;

    PolicyObjects(Tenancy tenancy) {
        this.tenancy = tenancy;
        this.condition = new EnforcementCondition(tenancy);
    }

    List<JsonNode> of(String subject, List<MatchRule> resources, List<Variable> variables, List<Check> checks) {
        List<JsonNode> objects = new ArrayList<>();
        for (Enforcement enforcement : STRICTEST_FIRST) {
            ArrayNode validations = validations(checks, enforcement);
            if (!validations.isEmpty()) {
                String name = subject + "-" + enforcement.spelling() + ".twin.marchwarden.dev";
                objects.add(policy(name, resources, variables, validations));
                objects.add(binding(name, enforcement));
            }
        }
        return objects;
    }

    private ArrayNode validations(List<Check> checks, Enforcement enforcement) {
        ArrayNode validations = JsonNodeFactory.instance.arrayNode();
        for (Check check : checks) {
            condition
                    .of(check.rule(), enforcement, check.concerned())
                    .ifPresent(leadsThere -> validations
                            .addObject()
                            .put("expression", "!(" + check.violated() + leadsThere + ")")
                            .put(
                                    "message",
                                    check.rule() + " (`marchwarden explain " + check.rule()
                                            + "` says what is expected)")
                            .put("messageExpression", check.message())
                            .put("reason", "Forbidden"));
        }
        return validations;
    }

    private ObjectNode policy(String name, List<MatchRule> resources, List<Variable> variables, ArrayNode validations) {
        ObjectNode policy = object("ValidatingAdmissionPolicy", name);
        ObjectNode spec = policy.putObject("spec").put("failurePolicy", "Fail");
        ArrayNode rules = spec.putObject("matchConstraints")
                .put("matchPolicy", "Equivalent")
                .putArray("resourceRules");
        for (MatchRule rule : resources) {
            ObjectNode written = rules.addObject();
            written.putArray("apiGroups").add(rule.group());
            rule.versions().forEach(written.putArray("apiVersions")::add);
            rule.resources().forEach(written.putArray("resources")::add);
            rule.operations().forEach(written.putArray("operations")::add);
            written.put("scope", rule.scope());
        }
        new AuthorRights(tenancy)
                .exempted()
                .ifPresent(exempted -> spec.putArray("matchConditions")
                        .addObject()
                        .put("name", "is-not-by-an-exempted-user")
                        .put("expression", "!(" + exempted + ")"));
        ArrayNode written = spec.putArray("variables");
        variables.forEach(
                variable -> written.addObject().put("name", variable.name()).put("expression", variable.expression()));
        spec.set("validations", validations);
        return policy;
    }

    private static ObjectNode binding(String name, Enforcement enforcement) {
        ObjectNode binding = object("ValidatingAdmissionPolicyBinding", name);
        ArrayNode actions = binding.putObject("spec").put("policyName", name).putArray("validationActions");
        if (enforcement != Enforcement.AUDIT) {
            String spelling = enforcement.spelling();
            actions.add(spelling.substring(0, 1).toUpperCase(Locale.ROOT) + spelling.substring(1));
        }
        actions.add("Audit");
        return binding;
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "admissionregistration.k8s.io/v1")
                .put("kind", kind);
        object.putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put("app.kubernetes.io/name", "marchwarden")
                .put("app.kubernetes.io/component", "twin")
                .put("app.kubernetes.io/managed-by", "marchwarden");
        return object;
    }
}
