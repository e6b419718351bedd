package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Definitions of the kinds of Istio and the Gateway API, as the reach table has them, that take any object: what is refused is refused by
 * us. Beside them a kind and a version that no release of ours knows.
 */
final class CustomResources {
    private static final List<String> ENDINGS_WITH_ES = List.of("s", "x", "ch", "sh");

    private CustomResources() {}

    /** A list of CustomResourceDefinitions. */
    static ObjectNode all() {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        for (KindTable kind : ReachTable.shipped().kinds()) {
            if (kind.complete()) {
                Collection<String> versions = new TreeSet<>(kind.versions());
                if (kind.kind().equals("VirtualService")) {
                    versions.add("v2");
                }
                items.add(definition(kind.group(), kind.kind(), versions, kind.clusterScoped()));
            }
        }
        items.add(definition("networking.istio.io", "TrafficPolicy", List.of("v1"), false));
        return list;
    }

    /** Those of one group. */
    static ObjectNode ofGroup(String group) {
        ObjectNode all = all();
        ((ArrayNode) all.path("items"))
                .removeIf(definition -> !definition.at("/spec/group").asText().equals(group));
        return all;
    }

    private static ObjectNode definition(
            String group, String kind, Collection<String> versions, boolean clusterScoped) {
        String plural = plural(kind);
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
        // of groups below k8s.io it is asked whether they have been approved
        definition
                .putObject("metadata")
                .put("name", plural + "." + group)
                .putObject("annotations")
                .put("api-approved.kubernetes.io", "unapproved, for a test");
        ObjectNode spec = definition.putObject("spec");
        spec.put("group", group).put("scope", clusterScoped ? "Cluster" : "Namespaced");
        spec.putObject("names")
                .put("kind", kind)
                .put("listKind", kind + "List")
                .put("plural", plural)
                .put("singular", kind.toLowerCase(Locale.ROOT));
        ArrayNode served = spec.putArray("versions");
        for (String version : versions) {
            ObjectNode each = served.addObject();
            each.put("name", version).put("served", true).put("storage", served.size() == 1);
            each.putObject("subresources").putObject("status");
            each.putObject("schema")
                    .putObject("openAPIV3Schema")
                    .put("type", "object")
                    .put("x-kubernetes-preserve-unknown-fields", true);
        }
        return definition;
    }

    /** As Kubernetes forms it. */
    static String plural(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        if (ENDINGS_WITH_ES.stream().anyMatch(singular::endsWith)) {
            return singular + "es";
        }
        boolean vowel = "aeiou".indexOf(singular.charAt(singular.length() - 2)) >= 0;
        return singular.endsWith("y") && !vowel ? singular.substring(0, singular.length() - 1) + "ies" : singular + "s";
    }
}
