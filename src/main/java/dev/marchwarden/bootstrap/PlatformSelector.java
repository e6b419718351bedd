package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Conditions that a platform adds to the namespaceSelector of webhooks, so that the namespaces of its own are spared: Azure's admissions
 * enforcer does. An annotation keeps it away; where it adds them all the same, to write the object again is of no use.
 */
public final class PlatformSelector {
    private static final String OPT_OUT = "admissions.enforcer/disabled";
    private static final String EXPRESSIONS = "matchExpressions";
    private static final Set<String> KEYS = Set.of("control-plane", "kubernetes.azure.com/managedby");

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

    /** The object without these conditions; itself where there are none. */
    static JsonNode without(JsonNode configuration) {
        if (labels(configuration).isEmpty()) {
            return configuration;
        }
        JsonNode copy = configuration.deepCopy();
        for (JsonNode webhook : copy.path("webhooks")) {
            if (!(webhook.path("namespaceSelector") instanceof ObjectNode selector)) {
                continue;
            }
            ArrayNode kept = selector.arrayNode();
            selector.path(EXPRESSIONS).forEach(expression -> {
                if (!isPlatforms(expression)) {
                    kept.add(expression);
                }
            });
            selector.set(EXPRESSIONS, kept);
        }
        return copy;
    }

    private static boolean isPlatforms(JsonNode expression) {
        return KEYS.contains(expression.path("key").asText())
                && expression.path("operator").asText().equals("NotIn");
    }
}
