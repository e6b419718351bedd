package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The identity of one object of a cluster, or of one helm release.
 *
 * @param namespace empty for what has none
 */
public record ObjectId(String apiVersion, String kind, String namespace, String name) {
    private static final String RELEASE = "HelmRelease";

    public static ObjectId of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectId(
                object.path("apiVersion").asText(),
                object.path("kind").asText(),
                metadata.path("namespace").asText(),
                metadata.path("name").asText());
    }

    /** A release is no object of an API; its kind is ours. */
    static ObjectId ofRelease(String namespace, String name) {
        return new ObjectId("", RELEASE, namespace, name);
    }

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
