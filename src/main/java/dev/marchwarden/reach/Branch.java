package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object, a list or a map with something in it that reaches. What does not reach is not here. */
public final class Branch extends Node {
    private @Nullable Node first;
    private @Nullable Node last;

    Branch(@Nullable Branch parent, String name, int position) {
        super(parent, name, position);
    }

    <N extends Node> N add(N child) {
        if (last == null) {
            first = child;
        } else {
            last.next = child;
        }
        last = child;
        return child;
    }

    /** In the order in which they stand there. */
    public List<Node> children() {
        List<Node> children = new ArrayList<>();
        for (Node child = first; child != null; child = child.next) {
            children.add(child);
        }
        return children;
    }

    /** The field or entry of that name. Takes as long as there are children: for the fields of an object, not for large maps. */
    public @Nullable Node child(String name) {
        for (Node child = first; child != null; child = child.next) {
            if (child.name().equals(name)) {
                return child;
            }
        }
        return null;
    }

    /** The same, if it is a branch. */
    public @Nullable Branch branch(String name) {
        return child(name) instanceof Branch branch ? branch : null;
    }

    /** The value of the leaf at that path of fields below this; null where there is none. */
    public @Nullable String text(String... fields) {
        Node at = this;
        for (String field : fields) {
            at = at instanceof Branch branch ? branch.child(field) : null;
        }
        return at instanceof Leaf leaf ? leaf.value() : null;
    }

    /** All leaves below this. */
    public List<Leaf> leaves() {
        List<Leaf> leaves = new ArrayList<>();
        collect(leaves);
        return leaves;
    }

    private void collect(List<Leaf> leaves) {
        for (Node child = first; child != null; child = child.next) {
            switch (child) {
                case Leaf leaf -> leaves.add(leaf);
                case Branch branch -> branch.collect(leaves);
            }
        }
    }
}
