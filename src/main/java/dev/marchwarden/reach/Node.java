package dev.marchwarden.reach;

import dev.marchwarden.text.Quoted;
import org.jspecify.annotations.Nullable;

/** A place in an object: a {@link Leaf} that reaches, or a {@link Branch} that holds such. */
public abstract sealed class Node permits Branch, Leaf {
    /** Position of a field in an object. */
    static final int FIELD = -1;

    /** Position of an entry in a map. */
    static final int ENTRY = -2;

    private final @Nullable Branch parent;
    private final String name;
    private final int position;

    @Nullable
    Node next;

    Node(@Nullable Branch parent, String name, int position) {
        this.parent = parent;
        this.name = name;
        this.position = position;
    }

    /** Null for the object itself. */
    public @Nullable Branch parent() {
        return parent;
    }

    /** The name of a field or the key of an entry; empty for an item of a list and for the object itself. */
    public String name() {
        return name;
    }

    /** For people, for example {@code spec.http[3].route[0].destination.host} or {@code metadata.labels[istio.io/rev]}; printable. */
    public String path() {
        StringBuilder path = new StringBuilder(64);
        appendTo(path, true);
        return path.toString();
    }

    /** The same without positions in lists: {@code spec.http[].route[].destination.host}. */
    public String place() {
        StringBuilder path = new StringBuilder(64);
        appendTo(path, false);
        return path.toString();
    }

    final void appendTo(StringBuilder path, boolean positions) {
        if (parent != null) {
            parent.appendTo(path, positions);
            if (positions || position < 0) {
                append(path, name, position);
            } else {
                path.append("[]");
            }
        }
    }

    static void append(StringBuilder path, String name, int position) {
        switch (position) {
            case FIELD -> path.append(path.isEmpty() ? "" : ".").append(name);
            case ENTRY -> path.append('[').append(Quoted.bare(name)).append(']');
            default -> path.append('[').append(position).append(']');
        }
    }

    /** Whether this is an item of a list or an entry of a map rather than a field. */
    public boolean isElement() {
        return position != FIELD;
    }

    /** Whether this is an item of a list. */
    public boolean isItem() {
        return position >= 0;
    }

    /** Of an item in its list, as far as the list was read: null items count. */
    public int position() {
        return position;
    }

    @Override
    public String toString() {
        return path();
    }
}
