package dev.marchwarden.reach;

import org.jspecify.annotations.Nullable;

/** Where a walk is. Branches are made for the way to a leaf only, so that a walk that finds nothing leaves nothing behind. */
final class WalkPosition {
    private final Branch root;
    private final String[] names;
    private final int[] positions;
    private final TableStep[] steps;
    private final @Nullable Branch[] branches;
    private int depth;

    WalkPosition(Branch root, int maxDepth) {
        this.root = root;
        names = new String[maxDepth];
        positions = new int[maxDepth];
        steps = new TableStep[maxDepth];
        branches = new @Nullable Branch[maxDepth];
    }

    void enter(String name, int position, TableStep step) {
        names[depth] = name;
        steps[depth] = step;
        positions[depth] = position;
        branches[depth] = null;
        depth++;
    }

    int depth() {
        return depth;
    }

    void leave() {
        depth--;
    }

    /** The place at hand as a leaf. */
    Leaf leaf(ReachRow row, String value) {
        Branch parent = branch(depth - 1);
        return parent.add(new Leaf(parent, names[depth - 1], positions[depth - 1], row, value));
    }

    /** The same for a field that is missing. */
    Leaf unset(ReachRow row, String value) {
        Branch parent = branch(depth - 1);
        return parent.add(new Leaf(parent, names[depth - 1], positions[depth - 1], row, value, true));
    }

    /** The place at hand as a branch, with or without anything in it. */
    Branch here() {
        return branch(depth);
    }

    private Branch branch(int length) {
        if (length == 0) {
            return root;
        }
        Branch known = branches[length - 1];
        if (known != null) {
            return known;
        }
        Branch parent = branch(length - 1);
        Branch made =
                parent.add(new Branch(parent, names[length - 1], positions[length - 1], steps[length - 1].below()));
        branches[length - 1] = made;
        return made;
    }

    /** The place at hand, as far as something was found in it. */
    @Nullable
    Branch known() {
        return depth == 0 ? root : branches[depth - 1];
    }

    /** Whether the place at hand is below that field of the object. */
    boolean isIn(String field) {
        return depth > 0 && names[0].equals(field);
    }

    String path() {
        return builder().toString();
    }

    /** Of a child of the place at hand. */
    String path(String name, int position) {
        StringBuilder path = builder();
        Node.append(path, name, position);
        return path.toString();
    }

    private StringBuilder builder() {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            Node.append(path, names[i], positions[i]);
        }
        return path;
    }
}
