package dev.marchwarden.reachability;

import org.jspecify.annotations.Nullable;

/**
 * The question of a proof.
 *
 * @param from the namespace from which ways count; null for any
 * @param to the namespace to which they count; null for any
 * @param compared whether only ways count that are new
 */
public record ProofQuestion(@Nullable String from, @Nullable String to, boolean compared) {
    /** The answer where there is no path. */
    String none() {
        if (compared) {
            return "no new path" + between();
        }
        return "none: no workload" + (from == null ? "" : " of namespace " + from) + " reaches one "
                + (to == null
                        ? "across its boundary"
                        : "of namespace " + to + (from == null ? " from across its boundary" : ""));
    }

    /** The answer where there are some. */
    String ways(int count, int more) {
        return count + (count == 1 ? " path" : " paths") + " across the boundary" + between()
                + (compared ? " that " + (count == 1 ? "is" : "are") + " new" : "")
                + (more == 0 ? "" : ", and " + more + " more between the same two");
    }

    private String between() {
        return (from == null ? "" : " from namespace " + from) + (to == null ? "" : " to namespace " + to);
    }
}
