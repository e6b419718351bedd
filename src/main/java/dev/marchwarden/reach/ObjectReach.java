package dev.marchwarden.reach;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one object reaches.
 *
 * @param root the object, pruned to the fields that reach and those that are read beside them
 * @param leaves all of them, in the order in which they stand there
 * @param unclassified paths of fields that no row is about, as a newer Istio may have them: at most {@link
 *     ReachReader#MAX_UNCLASSIFIED}, as the user wrote them
 * @param problem what makes this undecidable, or null: a value of another type than the field has, a field or entry given twice, or more
 *     than can be judged
 */
public record ObjectReach(
        KindTable kind,
        Branch root,
        List<Leaf> leaves,
        List<String> unclassified,
        @Nullable String problem) {
    public ObjectReach {
        leaves = List.copyOf(leaves);
        unclassified = List.copyOf(unclassified);
    }

    /** The leaves of one reach, in order. */
    public List<Leaf> leaves(Reach reach) {
        return leaves.stream().filter(leaf -> leaf.reach() == reach).toList();
    }

    /** The value at a path of fields, for example {@code spec}, {@code action}; null where there is none. */
    public @Nullable String text(String... fields) {
        return root.text(fields);
    }
}
