package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Conditions that a platform adds to the namespaceSelector of webhooks, so that the namespaces of its own are spared. Azure's admissions enforcer
 * does, by labels that anybody may set; an annotation keeps it away. GKE Autopilot does, by the names of namespaces; nothing keeps it away. To write
 * the object again is of no use.
 */
public final class PlatformSelector {
    private static final String OPT_OUT = "admissions.enforcer/disabled";
    private static final String EXPRESSIONS = "matchExpressions";
    private static final Set<String> KEYS = Set.of("control-plane", "kubernetes.azure.com/managedby");

    private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";
    private static final Set<String> SYSTEM = Set.of("kube-system", "kube-public", "kube-node-lease");

    private PlatformSelector() {}

    /** The labels by which a namespace would be out of a webhook's sight; none unless the object has the annotation. */
    public static List<String> labels(JsonNode configuration) {
        List<String> labels = new ArrayList<>();
        if (configuration
                .path("metadata")
                .path("annotations")
                .path(OPT_OUT)
                .asText()
                .equals("true")) {
            for (JsonNode webhook : configuration.path("webhooks")) {
                for (JsonNode expression : webhook.path("namespaceSelector").path(EXPRESSIONS)) {
                    if (isPlatforms(expression)) {
                        labels.add(expression.path("key").asText() + "="
                                + expression.path("values").path(0).asText());
                    }
                }
            }
        }
        return labels.stream().distinct().toList();
    }

    /** The object without these conditions. */
    static JsonNode without(JsonNode configuration) {
        boolean azures = !labels(configuration).isEmpty();
        JsonNode copy = configuration.deepCopy();
        for (JsonNode webhook : copy.path("webhooks")) {
            if (!(webhook.path("namespaceSelector") instanceof ObjectNode selector)) {
                continue;
            }
            ArrayNode kept = selector.arrayNode();
            selector.path(EXPRESSIONS).forEach(expression -> {
                if (!leavesOutSystemNamespaces(expression) && !(azures && isPlatforms(expression))) {
                    kept.add(expression);
                }
            });
            if (kept.size() < selector.path(EXPRESSIONS).size()) {
                selector.set(EXPRESSIONS, kept);
            }
        }
        return copy;
    }

    /** Whether a condition is by name and leaves out namespaces of Kubernetes and GKE alone. No tenant can set that label. */
    public static boolean leavesOutSystemNamespaces(String key, String operator, List<String> values) {
        return key.equals(NAMESPACE_NAME)
                && operator.equals("NotIn")
                && !values.isEmpty()
                && values.stream().allMatch(name -> SYSTEM.contains(name) || name.startsWith("gke-"));
    }

    private static boolean leavesOutSystemNamespaces(JsonNode expression) {
        return leavesOutSystemNamespaces(
                expression.path("key").asText(),
                expression.path("operator").asText(),
                expression.path("values").valueStream().map(JsonNode::asText).toList());
    }

    private static boolean isPlatforms(JsonNode expression) {
        return KEYS.contains(expression.path("key").asText())
                && expression.path("operator").asText().equals("NotIn");
    }
}
