package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All objects of all kinds that a cluster has, without what changes by itself. */
final class ClusterListing {
    /** What happened is no state. */
    private static final Set<String> NO_STATE = Set.of("events", "componentstatuses");

    private ClusterListing() {}

    /** By {@code PLURAL.GROUP NAMESPACE/NAME}. */
    static Map<String, JsonNode> of(ClusterApi api) throws IOException, InterruptedException {
        List<String> versions = new ArrayList<>(List.of("/api/v1"));
        for (JsonNode group : api.get("/apis").path("groups")) {
            versions.add("/apis/" + group.at("/preferredVersion/groupVersion").asText());
        }
        Map<String, JsonNode> all = new TreeMap<>();
        for (String version : versions) {
            for (JsonNode resource : api.get(version).path("resources")) {
                String plural = resource.path("name").asText();
                boolean isListed = resource.path("verbs")
                        .valueStream()
                        .anyMatch(verb -> verb.asText().equals("list"));
                if (isListed && !NO_STATE.contains(plural)) {
                    String group = version.equals("/api/v1") ? "" : "." + version.split("/")[2];
                    for (JsonNode object : api.list(version + "/" + plural)) {
                        all.put(plural + group + " " + place(object), still(object));
                    }
                }
            }
        }
        return all;
    }

    private static String place(JsonNode object) {
        String namespace = object.at("/metadata/namespace").asText();
        return (namespace.isEmpty() ? "" : namespace + "/")
                + object.at("/metadata/name").asText();
    }

    private static JsonNode still(JsonNode object) {
        ObjectNode still = object.deepCopy();
        still.remove("status");
        still.withObject("/metadata").remove(List.of("resourceVersion", "managedFields", "generation"));
        return still;
    }
}
