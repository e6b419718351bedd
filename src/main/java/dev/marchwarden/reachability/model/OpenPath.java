package dev.marchwarden.reachability.model;

import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path across the boundary.
 *
 * @param from whose workloads get there
 * @param to whose workloads are reached
 * @param chain the objects and fields by which, in order; the first is the one to change
 * @param rule that denies the first of them; null where no admission can, as for what bootstrap writes
 * @param why how the chain leads there
 */
public record OpenPath(
        Scope from,
        Scope to,
        List<ChainLink> chain,
        @Nullable RuleName rule,
        String why) {
    public OpenPath {
        chain = List.copyOf(chain);
    }

    /** Whether the border is open without a certificate, so that a NetworkPolicy can close it. */
    public boolean isPlain() {
        return from.equals(Scope.ANYONE);
    }

    /** What makes it the same way in another snapshot, wherever its objects stand. */
    public String identity() {
        return from + " > " + to + " by "
                + chain.stream().map(ChainLink::identity).collect(Collectors.joining(", then "));
    }

    /** One line. */
    @Override
    public String toString() {
        return from + " reaches " + to + " by "
                + chain.stream().map(ChainLink::toString).collect(Collectors.joining(", then ")) + ": " + why;
    }
}
