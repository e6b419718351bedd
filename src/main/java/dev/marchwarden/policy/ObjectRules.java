package dev.marchwarden.policy;

import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules about objects, each asked about the fields that it reads in one walk over the object. */
final class ObjectRules {
    private static final ObjectRule[] NONE = {};

    private final List<ObjectRule> rules;
    /** By what they read; arrays, because an object may have thousands of leaves, and a list would give an iterator for each. */
    private final Map<Reach, ObjectRule[]> readers = new EnumMap<>(Reach.class);

    ObjectRules(List<ObjectRule> rules) {
        this.rules = List.copyOf(rules);
        for (Reach reach : Reach.values()) {
            readers.put(
                    reach,
                    rules.stream().filter(rule -> rule.reads().contains(reach)).toArray(ObjectRule[]::new));
        }
    }

    List<Violation> ofState(@Nullable ObjectReach state, ObjectSurroundings surroundings) {
        if (state == null) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>();
        for (Leaf leaf : state.leaves()) {
            for (ObjectRule rule : readers.getOrDefault(leaf.reach(), NONE)) {
                Violation violation = rule.ofLeaf(leaf, surroundings);
                if (violation != null) {
                    violations.add(violation);
                }
            }
        }
        rules.forEach(rule -> add(violations, rule.ofState(state, surroundings)));
        return violations;
    }

    List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        List<Violation> violations = new ArrayList<>();
        rules.forEach(rule -> add(violations, rule.ofChange(change, surroundings)));
        return violations;
    }

    /** Nearly always none, which {@link List#addAll} would copy. */
    private static void add(List<Violation> violations, List<Violation> more) {
        if (!more.isEmpty()) {
            violations.addAll(more);
        }
    }
}
