package dev.marchwarden.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One object of a file. */
public final class Manifest {
    private final String file;
    private final int line;
    private final JsonNode object;
    private final @Nullable FieldPositions positions;

    /**
     * @param file as the user named it, {@code -} for standard input
     * @param line where the object begins, from 1
     * @param object with {@code apiVersion} and {@code kind}
     */
    public Manifest(String file, int line, JsonNode object) {
        this(file, line, object, null);
    }

    Manifest(String file, int line, JsonNode object, @Nullable FieldPositions positions) {
        this.file = file;
        this.line = line;
        this.object = object;
        this.positions = positions;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public JsonNode object() {
        return object;
    }

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

    /**
     * Where a field stands, or what comes closest above it where the object does not have it.
     *
     * @param path for example {@code spec.http[0].route[1].destination.host} or {@code metadata.labels[istio.io/rev]}
     */
    public Position position(String path) {
        return positions == null ? new Position(line, 1) : positions.find(object, path);
    }

    @Override
    public String toString() {
        return place() + " " + kind() + " " + name();
    }
}
