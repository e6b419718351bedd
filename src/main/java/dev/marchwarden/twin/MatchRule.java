package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.reach.ReachTable;
import java.util.List;
import java.util.Locale;

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

    /** By the subresources too that can change labels. */
    static final List<MatchRule> WORKLOADS = List.of(
            namespaced("", List.of("v1"), List.of("pods", "replicationcontrollers"), List.of("CREATE", "UPDATE")),
            namespaced("", List.of("v1"), List.of("pods/status", "pods/ephemeralcontainers"), List.of("UPDATE")),
            namespaced(
                    "apps",
                    List.of("v1"),
                    List.of("daemonsets", "deployments", "replicasets", "statefulsets"),
                    List.of("CREATE", "UPDATE")),
            namespaced("batch", List.of("v1"), List.of("cronjobs", "jobs"), List.of("CREATE", "UPDATE")));

    /** Every kind of Istio and the Gateway API that is in a namespace, in the versions that the reach table knows. */
    static List<MatchRule> configuration() {
        return ReachTable.shipped().kinds().stream()
                .filter(kind -> kind.complete() && !kind.clusterScoped())
                .map(kind -> namespaced(
                        kind.group(),
                        kind.versions().stream().sorted().toList(),
                        List.of(plural(kind.kind())),
                        List.of("CREATE", "UPDATE", "DELETE")))
                .toList();
    }

    /** @param rules of an object of the API */
    void write(ArrayNode rules) {
        ObjectNode written = rules.addObject();
        written.putArray("apiGroups").add(group);
        versions.forEach(written.putArray("apiVersions")::add);
        resources.forEach(written.putArray("resources")::add);
        operations.forEach(written.putArray("operations")::add);
        written.put("scope", scope);
    }

    private static MatchRule namespaced(
            String group, List<String> versions, List<String> resources, List<String> operations) {
        return new MatchRule(group, versions, resources, operations, "Namespaced");
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y") && !lower.endsWith("way")
                ? lower.substring(0, lower.length() - 1) + "ies"
                : lower + "s";
    }
}
