package dev.marchwarden.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One object of a file.
 *
 * @param file as the user named it, {@code -} for standard input
 * @param line where its document begins, from 1; an item of a List has its List's
 * @param object with {@code apiVersion} and {@code kind}
 */
public record Manifest(String file, int line, JsonNode object) {
    public String apiVersion() {
        return object.path("apiVersion").asText();
    }

    /** Of the API; empty for the core group. */
    public String group() {
        String apiVersion = apiVersion();
        return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    }

    public String version() {
        String apiVersion = apiVersion();
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    public String kind() {
        return object.path("kind").asText();
    }

    public String name() {
        return object.path("metadata").path("name").asText();
    }

    public String namespace() {
        return object.path("metadata").path("namespace").asText();
    }

    public boolean isNamespace() {
        return apiVersion().equals("v1") && kind().equals("Namespace");
    }

    /** Where it stands, for messages. */
    public String place() {
        return file + ":" + line;
    }
}
