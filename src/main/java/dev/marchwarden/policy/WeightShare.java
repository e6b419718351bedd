package dev.marchwarden.policy;

import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The share of an item of a weighted list: of destinations, backends or endpoints. */
final class WeightShare {
    private static final String WEIGHT = "weight";

    /** Lists whose items are weighted, and the weight of an item that has none (istio/api networking/v1; Gateway API BackendRef). */
    private static final Map<String, Integer> DEFAULTS = Map.of("route", 0, "backendRefs", 1, "endpoints", 1);

    private static final double ROUNDING = 1e-9;

    private WeightShare() {}

    /** Whether an item has no larger share of its list than another of its own; true for lists without weights. */
    static boolean isWithin(Node now, Node before) {
        Branch list = now.parent();
        Branch listBefore = before.parent();
        if (list == null || listBefore == null || !DEFAULTS.containsKey(list.name())) {
            return true;
        }
        return of(now, list) <= of(before, listBefore) + ROUNDING;
    }

    private static double of(Node item, Branch list) {
        int unset = DEFAULTS.getOrDefault(list.name(), 1);
        double total = 0;
        int items = 0;
        for (Node other : list.children()) {
            total += weight(other, unset);
            items++;
        }
        return total == 0 ? 1.0 / items : weight(item, unset) / total;
    }

    private static double weight(Node item, int unset) {
        @Nullable Node weight = item instanceof Branch branch ? branch.child(WEIGHT) : null;
        if (!(weight instanceof Leaf leaf)) {
            return unset;
        }
        try {
            return Math.max(0, Double.parseDouble(leaf.value()));
        } catch (NumberFormatException e) {
            return unset;
        }
    }
}
