package dev.marchwarden.admission;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code object} and {@code oldObject}: their metadata, as far as it is kept. */
final class ObjectDecoder {
    /** Where an object stands and what is read of it, put together once and not for each review. */
    record Paths(String object, String metadata, String name, String labels, String deletion) {
        Paths(String object) {
            this(
                    object,
                    object + ".metadata",
                    object + ".metadata.name",
                    object + ".metadata.labels",
                    object + ".metadata.deletionTimestamp");
        }
    }

    private static final Paths NOWHERE = new Paths("");

    private final FieldReader in;
    private final Set<String> guardedLabels;

    private Paths paths = NOWHERE;
    private String name = "";
    private boolean hasLabels;
    private boolean terminating;
    private final Map<String, String> labels = new HashMap<>();

    ObjectDecoder(FieldReader in, Set<String> guardedLabels) {
        this.in = in;
        this.guardedLabels = guardedLabels;
    }

    /** The object at hand, or null where there is none. */
    @Nullable
    ObjectSnapshot read(Paths itsPaths) throws IOException {
        paths = itsPaths;
        name = "";
        hasLabels = false;
        terminating = false;
        labels.clear();
        boolean present = in.atObject();
        in.eachField(paths.object, this::objectField);
        return present ? new ObjectSnapshot(name, hasLabels, labels, terminating) : null;
    }

    private void objectField(String field) throws IOException {
        if (field.equals("metadata")) {
            in.eachField(paths.metadata, this::metadataField);
        } else {
            in.skip();
        }
    }

    private void metadataField(String field) throws IOException {
        switch (field) {
            case "name" -> name = in.text(paths.name);
            case "labels" -> {
                hasLabels = in.atObject();
                in.eachField(paths.labels, this::label);
            }
            case "deletionTimestamp" -> {
                in.once(paths.deletion);
                terminating = !in.atNull();
                in.skip();
            }
            default -> in.skip();
        }
    }

    private void label(String key) throws IOException {
        if (guardedLabels.contains(key)) {
            labels.put(key, in.entry(paths.labels, key, labels.containsKey(key)));
        } else {
            in.skip();
        }
    }
}
