package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The connections that NetworkPolicies block, if they are enforced. They add up: a pod that one of them selects takes what any that selects it lets in
 * (networking.k8s.io/v1).
 */
public final class NetworkReach {
    private final ClusterObjects objects;
    private final Separation sides;
    private final Map<String, List<Part>> byNamespace;

    public NetworkReach(ClusterObjects objects, Separation sides) {
        this.objects = objects;
        this.sides = sides;
        this.byNamespace = objects.of("networking.k8s.io/NetworkPolicy").stream()
                .filter(policy -> policy.at("spec.policyTypes").isEmpty()
                        || policy.texts("spec.policyTypes[]").contains("Ingress"))
                .collect(Collectors.groupingBy(Part::namespace));
    }

    /** Whether nothing from across the boundary gets to any pod of a namespace. */
    public boolean closes(String namespace) {
        List<Part> policies = byNamespace.getOrDefault(namespace, List.of());
        return policies.stream()
                        .anyMatch(policy ->
                                policy.at("spec.podSelector.matchLabels").isEmpty()
                                        && policy.at("spec.podSelector.matchExpressions")
                                                .isEmpty())
                && policies.stream()
                        .flatMap(policy -> policy.each("spec.ingress[]").stream())
                        .allMatch(rule -> !rule.at("from").isEmpty()
                                && rule.each("from[]").stream().allMatch(this::isOwn));
    }

    /** An address is nobody's for certain. */
    private boolean isOwn(Part peer) {
        Part selector = peer.at("namespaceSelector");
        return peer.at("ipBlock").isMissing()
                && (selector.isMissing()
                        || objects.namespaces(selector.node()).stream()
                                .allMatch(name -> sides.mayReach(name, peer.namespace())));
    }
}
