package dev.marchwarden.reach;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value that reaches, or that is read beside one that does. */
public final class Leaf extends Node {
    private final ReachRow row;
    private final String value;

    Leaf(Branch parent, String name, int position, ReachRow row, String value) {
        super(parent, name, position);
        this.row = row;
        this.value = value;
    }

    public ReachRow row() {
        return row;
    }

    public Reach reach() {
        return row.reach();
    }

    /** As it stands there, a number or a boolean too; for a whole subtree a digest. */
    public String value() {
        return value;
    }

    /** The object whose field this is; for an item of a list or an entry of a map, the object whose field the list or map is. */
    public Branch owner() {
        Branch parent = Objects.requireNonNull(parent());
        return isElement() && parent.parent() != null ? parent.parent() : parent;
    }

    /** The value of another field of the {@link #owner}; null where there is none. */
    public @Nullable String beside(String field) {
        return owner().text(field);
    }
}
