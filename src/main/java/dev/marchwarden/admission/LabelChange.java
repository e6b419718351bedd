package dev.marchwarden.admission;

import org.jspecify.annotations.Nullable;

/**
 * The value of a label on either side of a change; null where the label is absent.
 *
 * @param after for the mutating webhook with what it added
 */
record LabelChange(@Nullable String before, @Nullable String after) {
    static final LabelChange NONE = new LabelChange(null, null);

    static LabelChange unchanged(@Nullable String value) {
        return new LabelChange(value, value);
    }

    /** The new value; of a label that is removed, the old one. */
    @Nullable
    String latest() {
        return after == null ? before : after;
    }
}
