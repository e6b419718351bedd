package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.manifest.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What NetworkPolicies keep out, if they are enforced. They add up: a pod that one of them selects takes what any that selects it lets in
 * (networking.k8s.io/v1).
 */
final class NetworkReach {
    private final ClusterObjects objects;
    private final Sides sides;
    private final Map<String, List<Manifest>> byNamespace = new HashMap<>();

    NetworkReach(ClusterObjects objects, Sides sides) {
        this.objects = objects;
        this.sides = sides;
        for (Manifest policy : objects.of("networking.k8s.io/NetworkPolicy")) {
            byNamespace
                    .computeIfAbsent(objects.namespace(policy), all -> new ArrayList<>())
                    .add(policy);
        }
    }

    /** Whether nothing from beyond the border gets to any pod of a namespace. */
    boolean closes(String namespace) {
        List<Manifest> policies = byNamespace.getOrDefault(namespace, List.of());
        boolean all = policies.stream()
                .map(policy -> policy.object().path("spec"))
                .anyMatch(spec -> spec.at("/podSelector/matchLabels").isEmpty()
                        && spec.at("/podSelector/matchExpressions").isEmpty()
                        && isIngress(spec));
        return all
                && policies.stream()
                        .map(policy -> policy.object().path("spec"))
                        .allMatch(spec -> letsInOwn(spec, namespace));
    }

    private static boolean isIngress(JsonNode spec) {
        JsonNode types = spec.path("policyTypes");
        return types.isEmpty()
                || types.valueStream().anyMatch(type -> type.asText().equals("Ingress"));
    }

    private boolean letsInOwn(JsonNode spec, String namespace) {
        return !isIngress(spec)
                || spec.path("ingress")
                        .valueStream()
                        .allMatch(rule -> !rule.path("from").isEmpty()
                                && rule.path("from").valueStream().allMatch(peer -> isOwn(peer, namespace)));
    }

    /** An address is nobody's for certain. */
    private boolean isOwn(JsonNode peer, String namespace) {
        if (peer.has("ipBlock")) {
            return false;
        }
        JsonNode selector = peer.path("namespaceSelector");
        return selector.isMissingNode()
                || objects.namespaces().stream()
                        .map(Manifest::name)
                        .filter(name -> NamespaceMatch.matches(selector, objects.labels(name)))
                        .allMatch(name -> sides.mayReach(name, namespace));
    }
}
