package dev.marchwarden.policy;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The violations from before a change. Each earlier violation stands for one later one with the same grounds that goes no further: whoever
 * copies an old mistake, or makes more of it, makes a new one.
 */
final class StandingViolations {
    private final Map<Violation.Grounds, Queue<Violation>> left = new HashMap<>();
    private final Growth growth;

    StandingViolations(List<Violation> earlier, Growth growth) {
        this.growth = growth;
        earlier.forEach(violation -> left.computeIfAbsent(violation.grounds(), grounds -> new ArrayDeque<>())
                .add(violation));
    }

    /** Whether this violation was there before; to be asked once for each. */
    boolean takes(Violation violation) {
        Queue<Violation> candidates = left.get(violation.grounds());
        if (candidates == null) {
            return false;
        }
        Iterator<Violation> earlier = candidates.iterator();
        while (earlier.hasNext()) {
            if (isWithin(violation, earlier.next())) {
                earlier.remove();
                return true;
            }
        }
        return false;
    }

    private boolean isWithin(Violation now, Violation before) {
        Violation.Field field = now.field();
        Violation.Field fieldBefore = before.field();
        return field == null || fieldBefore == null || growth.isWithin(field.leaf(), fieldBefore.leaf());
    }
}
