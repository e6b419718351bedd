package dev.marchwarden.admission;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.stream.Collectors;

/** The JSON Patch (RFC 6902) that adds labels to an object, its map of labels first where it has none. */
final class LabelPatch {
    private static final String LABELS = "/metadata/labels";

    private LabelPatch() {}

    static String of(Outcome outcome) {
        ObjectSnapshot object = outcome.request().object();
        String map = object != null && object.hasLabels() ? "" : operation(LABELS, "{}") + ",";
        return outcome.added().entrySet().stream()
                .map(label -> operation(LABELS + "/" + pointer(label.getKey()), string(label.getValue())))
                .collect(Collectors.joining(",", "[" + map, "]"));
    }

    private static String operation(String path, String value) {
        return "{\"op\":\"add\",\"path\":" + string(path) + ",\"value\":" + value + "}";
    }

    /** Escapes a key for a JSON Pointer (RFC 6901): {@code istio.io/rev} is {@code istio.io~1rev}. */
    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static String string(String value) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
    }
}
