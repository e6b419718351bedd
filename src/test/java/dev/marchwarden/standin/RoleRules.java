package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The rules of a role, and what RBAC makes of them.
 *
 * @param rules as in {@code rules} of a ClusterRole
 */
public record RoleRules(List<JsonNode> rules) {
    private static final String ALL = "*";

    public RoleRules {
        rules = List.copyOf(rules);
    }

    public static RoleRules of(JsonNode role) {
        return new RoleRules(role.path("rules").valueStream().toList());
    }

    /** Whether who has them may do this; as {@code resourceAttributes} of a SubjectAccessReview. */
    public boolean permits(JsonNode attributes) {
        String subresource = attributes.path("subresource").asText();
        String resource = attributes.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource);
        return rules.stream()
                .anyMatch(rule -> has(rule, "verbs", attributes.path("verb").asText())
                        && has(rule, "apiGroups", attributes.path("group").asText())
                        && has(rule, "resources", resource)
                        && names(rule, attributes.path("name").asText()));
    }

    /** Whether who has them may give another rule to somebody: each part of it is one that he has. */
    public boolean cover(JsonNode rule) {
        return rule.path("apiGroups")
                .valueStream()
                .allMatch(group -> rule.path("resources")
                        .valueStream()
                        .allMatch(resource -> rule.path("verbs")
                                .valueStream()
                                .allMatch(verb -> rules.stream()
                                        .anyMatch(own -> has(own, "verbs", verb.asText())
                                                && has(own, "apiGroups", group.asText())
                                                && has(own, "resources", resource.asText())
                                                && namesOf(own, rule)))));
    }

    private static boolean namesOf(JsonNode own, JsonNode rule) {
        return !own.has("resourceNames")
                || (rule.has("resourceNames")
                        && rule.path("resourceNames").valueStream().allMatch(name -> names(own, name.asText())));
    }

    private static boolean names(JsonNode rule, String name) {
        return !rule.has("resourceNames")
                || rule.path("resourceNames")
                        .valueStream()
                        .anyMatch(each -> each.asText().equals(name));
    }

    private static boolean has(JsonNode rule, String list, String text) {
        return rule.path(list)
                .valueStream()
                .map(JsonNode::asText)
                .anyMatch(each -> each.equals(text) || each.equals(ALL));
    }
}
