package dev.marchwarden.twin;

import java.util.ArrayList;
import java.util.List;

/** What to do with a namespace's labels, as an expression that gives a text: an edit of the manifest of a new one, else a kubectl command. */
final class LabelEditText {
    private final List<String> parts = new ArrayList<>();

    /** @param value an expression */
    LabelEditText set(String key, String value) {
        String name = CelText.literal(key);
        String changes =
                "variables.labels[?%1$s] != optional.of(string(%2$s)) || (!variables.creates && variables.oldLabels[?%1$s] != optional.of(string(%2$s)))"
                        .formatted(name, value);
        return part(
                changes,
                CelText.literal("set " + key + ": ") + " + string(" + value + ")",
                CelText.literal(key + "=") + " + string(" + value + ")");
    }

    LabelEditText remove(String key) {
        String name = CelText.literal(key);
        return part(
                name + " in variables.labels || " + name + " in variables.oldLabels",
                CelText.literal("remove " + key),
                CelText.literal(key + "-"));
    }

    private LabelEditText part(String condition, String edit, String argument) {
        parts.add("(" + condition + ") ? (variables.creates ? " + edit + " : " + argument + ") : ''");
        return this;
    }

    String expression() {
        return text("[" + String.join(", ", parts) + "].filter(part, part != '')");
    }

    /** @param labels an expression: the list of labels to remove, each of which is there */
    static String removing(String labels) {
        return text(labels + ".map(label, variables.creates ? 'remove ' + label : label + '-')");
    }

    private static String text(String parts) {
        return "(variables.creates ? 'in metadata.labels ' : 'kubectl label namespace ' + variables.name + ' --overwrite ') + "
                + parts + ".join(variables.creates ? ', ' : ' ')";
    }
}
