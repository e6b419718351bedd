package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An object, a list or a map with something in it that reaches. What does not reach is not here. */
public final class Branch extends Node {
    private static final int MAX_TEXT = 1_000;

    private @Nullable Node first;
    private @Nullable Node last;
    private @Nullable String text;

    private final Set<Reach> below;

    /** @param below what the table has below this */
    Branch(@Nullable Branch parent, String name, int position, Set<Reach> below) {
        super(parent, name, position);
        this.below = below;
    }

    /** What the rows of the table below this reach, set in this object or not. */
    public Set<Reach> mayHold() {
        return below;
    }

    /** Whether the table has a row of that reach below this, set in this object or not. */
    public boolean mayHold(Reach reach) {
        return below.contains(reach);
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

    @Nullable
    Node last() {
        return last;
    }

    /** Takes out what was added after that child; all, where there is none. */
    void cutAfter(@Nullable Node child) {
        if (child == null) {
            first = null;
        } else {
            child.next = null;
        }
        last = child;
    }

    /** Takes out leaves, and the branches that have none left. Says whether nothing is left here. */
    boolean removeIf(Predicate<Leaf> unwanted) {
        List<Node> children = children();
        children.removeIf(child -> switch (child) {
            case Leaf leaf -> unwanted.test(leaf);
            case Branch branch -> branch.removeIf(unwanted);
        });
        first = null;
        last = null;
        for (Node child : children) {
            child.next = null;
            add(child);
        }
        return children.isEmpty();
    }

    /** Null where there is none, as in an empty object. */
    public @Nullable Node firstChild() {
        return first;
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

    /**
     * All that is below this, to tell whether it stayed as it was, wherever that has moved to. Made once, however many ask; of more than
     * {@link #MAX_TEXT} characters a digest.
     */
    public String asText() {
        String made = text;
        if (made == null) {
            StringBuilder all = new StringBuilder();
            append(this, path().length(), all);
            made = all.length() <= MAX_TEXT ? all.toString() : SubtreeDigest.of(all.toString());
            text = made;
        }
        return made;
    }

    /** Objects without anything in them count: in a list of conditions such a one always holds. */
    private static void append(Branch branch, int start, StringBuilder all) {
        for (Node child = branch.first; child != null; child = child.next) {
            if (child instanceof Branch below && below.first != null) {
                append(below, start, all);
            } else {
                String path = child.path();
                all.append(path, start, path.length())
                        .append('=')
                        .append(child instanceof Leaf leaf ? leaf.value() : "{}")
                        .append('\n');
            }
        }
    }

    /** The same of what is at that path of fields below this; empty where nothing is. */
    public String asText(String... fields) {
        Branch at = this;
        for (String field : fields) {
            at = at == null ? null : at.branch(field);
        }
        return at == null ? "" : at.asText();
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
