package dev.marchwarden.policy;

import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.List;

/** The fix of a namespace's labels in words: a kubectl command for a namespace that exists, an edit of the manifest for a new one. */
public final class LabelEdit {
    private final NamespaceChange change;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> edits = new ArrayList<>();

    LabelEdit(NamespaceChange change) {
        this.change = change;
    }

    /** Says nothing of a label that had this value all along. */
    public LabelEdit set(String key, String value) {
        boolean hadIt = change.operation() == Operation.CREATE || value.equals(change.labelBefore(key));
        if (!hadIt || !value.equals(change.labelAfter(key))) {
            arguments.add(key + "=" + value);
            edits.add("set " + key + ": " + value);
        }
        return this;
    }

    /** Says nothing of a label that never was there. */
    public LabelEdit remove(String key) {
        if (change.labelBefore(key) != null || change.labelAfter(key) != null) {
            arguments.add(key + "-");
            edits.add("remove " + key);
        }
        return this;
    }

    @Override
    public String toString() {
        return change.operation() == Operation.CREATE
                ? "in metadata.labels " + String.join(", ", edits)
                : "kubectl label namespace " + Quoted.bare(change.name()) + " --overwrite "
                        + String.join(" ", arguments);
    }
}
