package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes policies of checks. A binding acts in one way on all that its policy finds, so there is a policy for each enforcement that the
 * tenancy has for one of the checks, and a binding of the same name.
 */
final class PolicyObjects {
    static final String POLICY = "ValidatingAdmissionPolicy";
    static final String BINDING = "ValidatingAdmissionPolicyBinding";
    static final List<Enforcement> STRICTEST_FIRST = List.of(Enforcement.DENY, Enforcement.WARN, Enforcement.AUDIT);

    private final Tenancy tenancy;
    private final EnforcementCondition condition;

    PolicyObjects(Tenancy tenancy) {
        this.tenancy = tenancy;
        this.condition = new EnforcementCondition(tenancy);
    }

    /**
     * What a policy is about.
     *
     * @param name first part of its name
     * @param namespaced whether its objects are in namespaces: then those in protected ones are not looked at, as the webhook does not
     * @param conditions that must hold beside those that every policy has, by name
     */
    record Subject(String name, List<MatchRule> rules, boolean namespaced, List<Variable> conditions) {}

    static String name(String subject, Enforcement enforcement) {
        return subject + "-" + enforcement.spelling() + ".twin.marchwarden.dev";
    }

    List<JsonNode> of(Subject subject, List<Variable> variables, List<CelCheck> checks) {
        List<JsonNode> objects = new ArrayList<>();
        for (Enforcement enforcement : STRICTEST_FIRST) {
            ArrayNode validations = validations(subject, checks, enforcement);
            if (!validations.isEmpty()) {
                String name = name(subject.name(), enforcement);
                ObjectNode policy = object(POLICY, name);
                ObjectNode spec = policy.putObject("spec").put("failurePolicy", "Fail");
                spec.set("matchConstraints", constraints(subject));
                ArrayNode conditions = conditions(subject);
                if (!conditions.isEmpty()) {
                    spec.set("matchConditions", conditions);
                }
                ArrayNode written = spec.putArray("variables");
                Variable.needed(variables, expressions(validations)).forEach(variable -> put(variable, written));
                spec.set("validations", validations);
                objects.add(policy);
                objects.add(binding(name, enforcement));
            }
        }
        return objects;
    }

    private static List<String> expressions(ArrayNode validations) {
        return Stream.concat(
                        validations.findValuesAsText("expression").stream(),
                        validations.findValuesAsText("messageExpression").stream())
                .toList();
    }

    private ArrayNode validations(Subject subject, List<CelCheck> checks, Enforcement enforcement) {
        ArrayNode validations = JsonNodeFactory.instance.arrayNode();
        for (CelCheck check : checks) {
            condition
                    .of(check.rule(), enforcement, check.concerned())
                    .ifPresent(leadsThere -> validations
                            .addObject()
                            .put(
                                    "expression",
                                    "!(" + check.violated() + leadsThere + unlessExcepted(subject, check.rule()) + ")")
                            .put(
                                    "message",
                                    check.rule() + " (`marchwarden explain " + check.rule()
                                            + "` says what is expected)")
                            .put("messageExpression", check.message())
                            .put("reason", "Forbidden"));
        }
        return validations;
    }

    /** An object that the tenancy excepts from a rule is for the webhook to judge, which knows the time. */
    private String unlessExcepted(Subject subject, RuleName rule) {
        return tenancy.exceptions().stream()
                .filter(entry -> entry.rule() == rule && entry.namespace().isEmpty() != subject.namespaced())
                .map(entry -> " && !("
                        + (subject.namespaced()
                                ? "variables.namespaceName == " + CelText.literal(entry.namespace()) + " && "
                                : "")
                        + "variables.name == " + CelText.literal(entry.name()) + " && request.kind.kind == "
                        + CelText.literal(entry.kind().replaceFirst("\\..*", "")) + ")")
                .distinct()
                .collect(Collectors.joining());
    }

    private ObjectNode constraints(Subject subject) {
        ObjectNode constraints = JsonNodeFactory.instance.objectNode().put("matchPolicy", "Equivalent");
        if (subject.namespaced() && !tenancy.protectedNamespaces().isEmpty()) {
            // By the name alone, which nobody can give to another namespace.
            ArrayNode names = constraints
                    .putObject("namespaceSelector")
                    .putArray("matchExpressions")
                    .addObject()
                    .put("key", "kubernetes.io/metadata.name")
                    .put("operator", "NotIn")
                    .putArray("values");
            new TreeSet<>(tenancy.protectedNamespaces()).forEach(names::add);
        }
        ArrayNode rules = constraints.putArray("resourceRules");
        subject.rules().forEach(rule -> rule.write(rules));
        return constraints;
    }

    private ArrayNode conditions(Subject subject) {
        ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
        new AuthorRights(tenancy)
                .exempted()
                .ifPresent(
                        exempted -> put(new Variable("is-not-by-an-exempted-user", "!(" + exempted + ")"), conditions));
        subject.conditions().forEach(more -> put(more, conditions));
        return conditions;
    }

    static void put(Variable variable, ArrayNode list) {
        list.addObject().put("name", variable.name()).put("expression", variable.expression());
    }

    static ObjectNode binding(String name, Enforcement enforcement) {
        ObjectNode binding = object(BINDING, name);
        ArrayNode actions = binding.putObject("spec").put("policyName", name).putArray("validationActions");
        if (enforcement != Enforcement.AUDIT) {
            String spelling = enforcement.spelling();
            actions.add(spelling.substring(0, 1).toUpperCase(Locale.ROOT) + spelling.substring(1));
        }
        actions.add("Audit");
        return binding;
    }

    static ObjectNode object(String kind, String name) {
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
