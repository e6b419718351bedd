package dev.marchwarden.policy;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

/**
 * What was wrong before a change. Each earlier violation stands for one later one with the same grounds that goes no further: whoever
 * copies an old mistake, or makes more of it, makes a new one.
 */
final class Standing {
    private final Map<Violation.Grounds, List<Violation>> left = new HashMap<>();
    private final Growth growth;

    Standing(List<Violation> earlier, Growth growth) {
        this.growth = growth;
        earlier.forEach(violation -> left.computeIfAbsent(violation.grounds(), grounds -> new LinkedList<>())
                .add(violation));
    }

    /** Whether this violation was there before; to be asked once for each. */
    boolean takes(Violation violation) {
        Iterator<Violation> earlier =
                left.getOrDefault(violation.grounds(), List.of()).iterator();
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
