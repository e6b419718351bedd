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
    private final List<ObjectRule> rules;
    private final Map<Reach, List<ObjectRule>> readers = new EnumMap<>(Reach.class);

    ObjectRules(List<ObjectRule> rules) {
        this.rules = List.copyOf(rules);
        for (ObjectRule rule : rules) {
            rule.reads()
                    .forEach(reach -> readers.computeIfAbsent(reach, r -> new ArrayList<>(2))
                            .add(rule));
        }
    }

    List<Violation> ofState(@Nullable ObjectReach state, ObjectSurroundings surroundings) {
        if (state == null) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>();
        for (Leaf leaf : state.leaves()) {
            for (ObjectRule rule : readers.getOrDefault(leaf.reach(), List.of())) {
                Violation violation = rule.ofLeaf(leaf, surroundings);
                if (violation != null) {
                    violations.add(violation);
                }
            }
        }
        rules.forEach(rule -> violations.addAll(rule.ofState(state, surroundings)));
        return violations;
    }

    List<Violation> ofChange(ObjectChange change, ObjectSurroundings surroundings) {
        List<Violation> violations = new ArrayList<>();
        rules.forEach(rule -> violations.addAll(rule.ofChange(change, surroundings)));
        return violations;
    }
}
