package dev.marchwarden.reachability;

import org.jspecify.annotations.Nullable;

/**
 * What a proof answers.
 *
 * @param from the namespace from which ways count; null for any
 * @param to the namespace to which they count; null for any
 * @param compared whether only ways count that are new
 */
public record ProofQuestion(@Nullable String from, @Nullable String to, boolean compared) {
    /** The answer where there is no way. */
    String none() {
        if (compared) {
            return "none that is new" + between();
        }
        return "none: no workload" + (from == null ? "" : " of namespace " + from) + " reaches one "
                + (to == null
                        ? "beyond its border"
                        : "of namespace " + to + (from == null ? " from beyond its border" : ""));
    }

    /** The answer where there are some. */
    String ways(int count, int more) {
        return count + (count == 1 ? " way" : " ways") + " across the border" + between()
                + (compared ? " that " + (count == 1 ? "is" : "are") + " new" : "")
                + (more == 0 ? "" : ", and " + more + " more between the same two");
    }

    private String between() {
        return (from == null ? "" : " from namespace " + from) + (to == null ? "" : " to namespace " + to);
    }
}
