package dev.marchwarden.twin;

import java.util.List;

/**
 * Requests that a policy is asked about: one of the {@code resourceRules} of its {@code matchConstraints}.
 *
 * @param group API group, empty for the core group
 */
record MatchRule(String group, List<String> versions, List<String> resources, List<String> operations, String scope) {
    /** By the subresources too, which can rewrite labels. */
    static final List<MatchRule> NAMESPACES = List.of(
            new MatchRule("", List.of("v1"), List.of("namespaces"), List.of("CREATE", "UPDATE", "DELETE"), "Cluster"),
            new MatchRule(
                    "",
                    List.of("v1"),
                    List.of("namespaces/status", "namespaces/finalize"),
                    List.of("UPDATE"),
                    "Cluster"));
}
