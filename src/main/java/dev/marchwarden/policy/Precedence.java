package dev.marchwarden.policy;

import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of the routes of a VirtualService: the first that matches a request takes it, so that a route takes more when one in front of
 * it is gone. Routes of the Gateway API are ordered by what they match.
 */
final class Precedence {
    private static final Set<String> ORDERED = Set.of("http", "tls", "tcp");

    /** More than for any VirtualService that people write. */
    private static final int MAX_LOOKUPS = 2_000_000;

    private final IdentityHashMap<Branch, List<String>> matches = new IdentityHashMap<>();
    private int lookups;

    /** Whether all that was matched in front of a route before is matched in front of it now; true for other lists. */
    boolean isWithin(Node now, Node before) {
        Branch list = now.parent();
        Branch listBefore = before.parent();
        if (list == null || listBefore == null || !ORDERED.contains(list.name())) {
            return true;
        }
        List<String> inFrontBefore = matches(listBefore).subList(0, before.position());
        List<String> inFront = matches(list).subList(0, now.position());
        if (inFrontBefore.isEmpty() || inFront.equals(inFrontBefore)) {
            return true;
        }
        lookups += inFront.size() + inFrontBefore.size();
        return lookups <= MAX_LOOKUPS && new HashSet<>(inFront).containsAll(inFrontBefore);
    }

    private List<String> matches(Branch list) {
        return matches.computeIfAbsent(
                list,
                routes -> routes.children().stream().map(Precedence::match).toList());
    }

    private static String match(Node route) {
        @Nullable Node match = route instanceof Branch branch ? branch.child("match") : null;
        return switch (match) {
            case null -> "";
            case Branch branch -> branch.asText();
            case Leaf leaf -> leaf.value();
        };
    }
}
