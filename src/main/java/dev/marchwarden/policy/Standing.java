package dev.marchwarden.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was wrong before a change. Each earlier violation stands for one later one with the same grounds and no more: whoever copies an
 * old mistake makes a new one.
 */
final class Standing {
    private final Map<Violation.Grounds, int[]> left = new HashMap<>();

    Standing(List<Violation> earlier) {
        earlier.forEach(violation -> left.computeIfAbsent(violation.grounds(), grounds -> new int[1])[0]++);
    }

    /** Whether this violation was there before; to be asked once for each. */
    boolean takes(Violation violation) {
        int[] count = left.get(violation.grounds());
        return count != null && count[0]-- > 0;
    }
}
