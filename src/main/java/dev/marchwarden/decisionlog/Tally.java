package dev.marchwarden.decisionlog;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts of decisions, by group. The number of groups is bounded, because users choose names and label values: a decision of
 * a group beyond them is counted with the others.
 *
 * @param <K> what they have in common
 */
public final class Tally<K extends Comparable<K>> {
    private final int most;
    private final Map<K, DecisionCount> groups = new HashMap<>();
    private final DecisionCount others = new DecisionCount();

    Tally(int most) {
        this.most = most;
    }

    /** @param <K> see {@link Tally} */
    public record Group<K>(K key, DecisionCount count) {}

    void add(K key, LoggedDecision decision) {
        DecisionCount group = groups.get(key);
        if (group == null && groups.size() < most) {
            group = new DecisionCount();
            groups.put(key, group);
        }
        (group == null ? others : group).add(decision);
    }

    /** Those that stand in no group. */
    public DecisionCount others() {
        return others;
    }

    /** Most denials first, then most decisions. */
    public List<Group<K>> largestFirst() {
        return sorted(Comparator.<Group<K>>comparingLong(group -> -group.count().denials())
                .thenComparingLong(group -> -group.count().all())
                .thenComparing(Group::key));
    }

    public List<Group<K>> byKey() {
        return sorted(Comparator.comparing(Group::key));
    }

    private List<Group<K>> sorted(Comparator<Group<K>> order) {
        return groups.entrySet().stream()
                .map(group -> new Group<>(group.getKey(), group.getValue()))
                .sorted(order)
                .toList();
    }
}
