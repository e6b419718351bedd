package dev.marchwarden.admission;

import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code object} and {@code oldObject}: their metadata as far as it is kept, and what they reach. */
final class ObjectDecoder {
    /** Where an object stands and what is read of it, put together once and not for each review. */
    record Paths(
            String object,
            String metadata,
            String name,
            String namespace,
            String labels,
            String annotations,
            String deletion,
            String spec) {
        Paths(String object) {
            this(
                    object,
                    object + ".metadata",
                    object + ".metadata.name",
                    object + ".metadata.namespace",
                    object + ".metadata.labels",
                    object + ".metadata.annotations",
                    object + ".metadata.deletionTimestamp",
                    object + ".spec");
        }
    }

    private static final String LABELS = "labels";
    private static final String ANNOTATIONS = "annotations";
    private static final String ISTIO = "istio.io";
    private static final Paths NOWHERE = new Paths("");

    private final FieldReader in;
    private final Set<String> guardedLabels;

    private Paths paths = NOWHERE;
    private @Nullable ReachReader reach;
    private String name = "";
    private String namespace = "";
    private ByteRange spec = ByteRange.NONE;
    /** Labels and annotations of Istio's on a kind that no table knows. */
    private final StringBuilder marks = new StringBuilder();

    private boolean elsewhere;
    private boolean hasLabels;
    private boolean terminating;
    private final Map<String, String> labels = new HashMap<>();
    private final Set<String> annotations = new HashSet<>();

    ObjectDecoder(FieldReader in, Set<String> guardedLabels) {
        this.in = in;
        this.guardedLabels = guardedLabels;
    }

    /**
     * The object at hand, or null where there is none.
     *
     * @param table what its kind reaches with; null where that is not known, or not of interest
     */
    @Nullable
    ObjectSnapshot read(Paths itsPaths, @Nullable KindTable table) throws IOException {
        paths = itsPaths;
        reach = table == null ? null : new ReachReader(table);
        name = "";
        namespace = "";
        spec = ByteRange.NONE;
        marks.setLength(0);
        elsewhere = false;
        hasLabels = false;
        terminating = false;
        labels.clear();
        annotations.clear();
        boolean present = in.atObject();
        in.eachField(paths.object, this::objectField);
        return present
                ? new ObjectSnapshot(
                        name, namespace, hasLabels, labels, terminating, reach == null ? null : reach.result())
                : null;
    }

    /** Where what the last object says of itself is. */
    DeclaredContent content() {
        return new DeclaredContent(spec, marks.toString(), elsewhere);
    }

    private void objectField(String field) throws IOException {
        switch (field) {
            case "metadata" -> in.eachField(paths.metadata, this::metadataField);
            case "spec" -> {
                in.once(paths.spec);
                long start = in.start();
                other(field);
                spec = new ByteRange(start, in.end());
            }
            case "apiVersion", "kind" -> in.skip();
            case "status" -> other(field);
            default -> {
                elsewhere = true;
                other(field);
            }
        }
    }

    private void other(String field) throws IOException {
        if (reach == null) {
            in.skip();
        } else {
            in.read(field, reach);
        }
    }

    private void metadataField(String field) throws IOException {
        switch (field) {
            case "name" -> name = in.text(paths.name);
            case "namespace" -> namespace = in.text(paths.namespace);
            case "labels" -> {
                hasLabels = in.atObject();
                in.eachField(paths.labels, this::label);
            }
            case "deletionTimestamp" -> {
                in.once(paths.deletion);
                terminating = !in.atNull();
                in.skip();
            }
            case "annotations" -> in.eachField(paths.annotations, this::annotation);
            default -> in.skip();
        }
    }

    private void label(String key) throws IOException {
        boolean reaches = reach != null && reach.reads(LABELS, key);
        boolean marked = isMark(key);
        if (!reaches && !marked && !guardedLabels.contains(key)) {
            in.skip();
            return;
        }
        String value = in.entry(paths.labels, key, labels.containsKey(key));
        labels.put(key, value);
        if (reaches && reach != null) {
            reach.metadata(LABELS, key, value);
        }
        if (marked) {
            mark(key, value);
        }
    }

    private void annotation(String key) throws IOException {
        if (reach != null && reach.reads(ANNOTATIONS, key)) {
            reach.metadata(ANNOTATIONS, key, in.entryIfShort(paths.annotations, key, !annotations.add(key)));
        } else if (isMark(key)) {
            mark(key, in.entry(paths.annotations, key, !annotations.add(key)));
        } else {
            in.skip();
        }
    }

    /** Of a kind that no table knows nobody can say which of these it reads. */
    private boolean isMark(String key) {
        return reach == null && key.contains(ISTIO);
    }

    private void mark(String key, String value) {
        marks.append(key).append('=').append(value).append('\n');
    }
}
