package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.stream.Collectors;

/** The JSON Patch (RFC 6902) that adds labels to an object, its map of labels first where it has none. */
final class LabelPatch {
    private static final JsonPointer LABELS = JsonPointer.compile("/metadata/labels");

    private LabelPatch() {}

    static String of(Outcome outcome) {
        ObjectSnapshot object = outcome.request().object();
        String map = object != null && object.hasLabels() ? "" : operation(LABELS.toString(), "{}") + ",";
        return outcome.added().entrySet().stream()
                .map(label -> operation(LABELS.appendProperty(label.getKey()).toString(), string(label.getValue())))
                .collect(Collectors.joining(",", "[" + map, "]"));
    }

    private static String operation(String path, String value) {
        return "{\"op\":\"add\",\"path\":" + string(path) + ",\"value\":" + value + "}";
    }

    private static String string(String value) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
    }
}
