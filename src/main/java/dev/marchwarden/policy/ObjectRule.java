package dev.marchwarden.policy;

import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule about configuration or workloads. It speaks of single fields, of whole states, of changes, or of several of these: what it finds
 * wrong with a field or a state is held against a change only where the state before did not have it.
 */
public interface ObjectRule {
    RuleName name();

    /** The reaches of the fields that {@link #ofLeaf} is asked about. */
    default Set<Reach> reads() {
        return Set.of();
    }

    /** What is wrong with this value at its place. */
    default @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        return null;
    }

    /** What is wrong with the object as a whole: with what it lacks, for example. */
    default List<Violation> ofState(ObjectReach state, ObjectSurroundings surroundings) {
        return List.of();
    }

    /** What is wrong with doing this, whatever comes of it. */
    default List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        return List.of();
    }
}
