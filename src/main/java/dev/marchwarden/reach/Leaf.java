package dev.marchwarden.reach;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value that reaches, or that is read beside one that does. */
public final class Leaf extends Node {
    private final ReachRow row;
    private final String value;
    private final boolean unset;

    Leaf(Branch parent, String name, int position, ReachRow row, String value) {
        this(parent, name, position, row, value, false);
    }

    /** @param unset whether the value is what the field means where it is missing */
    Leaf(Branch parent, String name, int position, ReachRow row, String value, boolean unset) {
        super(parent, name, position);
        this.row = row;
        this.value = value;
        this.unset = unset;
    }

    /** Whether nothing stands there, and the value is what Istio reads then. */
    public boolean isUnset() {
        return unset;
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

    /** Whether the value is a digest, which tells nobody anything but whether it is another. */
    public boolean isDigest() {
        return SubtreeDigest.is(value);
    }

    /** The object whose field this is; for an item of a list or an entry of a map, the object whose field the list or map is. */
    public Branch owner() {
        Branch parent = Objects.requireNonNull(parent());
        return isElement() && parent.parent() != null ? parent.parent() : parent;
    }

    /** The object that this is in. */
    public Branch root() {
        Branch at = Objects.requireNonNull(parent());
        for (Branch above = at.parent(); above != null; above = above.parent()) {
            at = above;
        }
        return at;
    }

    /** The value of another field of the {@link #owner}; null where there is none. */
    public @Nullable String beside(String field) {
        return owner().text(field);
    }
}
