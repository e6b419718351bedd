package dev.marchwarden.model;

import dev.marchwarden.policy.NamespaceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is written about: some namespaces, and for each label the values that are tried. Values go wrong in the ways people and
 * attackers do: another's, nobody's, empty, in the wrong case.
 */
record World(String title, List<String> namespaces, List<String> subresources, Map<String, List<String>> alphabet) {
    /** Stands in an alphabet for a label that is not there. */
    private static final String ABSENT = "(absent)";

    private static final List<String> SUBRESOURCES = List.of("", "status", "finalize");
    private static final List<String> PAIR = List.of("usergroup", "istio.io/rev");

    static final List<String> USERGROUPS =
            List.of(ABSENT, "usergroup-1", "usergroup-2", "usergroup-3", "", "Usergroup-1");
    static final List<String> REVISIONS = List.of(
            ABSENT,
            "usergroup-1",
            "usergroup-1-canary",
            "usergroup-1-stable",
            "usergroup-2",
            "default",
            "",
            "USERGROUP-1");
    static final List<String> INJECTION = List.of(ABSENT, "enabled", "disabled", "");
    static final List<String> MODE = List.of(ABSENT, "ambient", "none", "Ambient");
    static final List<String> WAYPOINT = List.of(ABSENT, "app-1", "app-2", "system-1", "nowhere", "");

    static World of(String title, List<String> namespaces, List<String> usergroups, List<String> revisions) {
        return new World(title, namespaces, SUBRESOURCES, Map.of("usergroup", usergroups, "istio.io/rev", revisions));
    }

    World {
        alphabet = new TreeMap<>(alphabet); // in one order, so that a seed is a walk
    }

    World with(String label, List<String> values) {
        Map<String, List<String>> more = new HashMap<>(alphabet);
        more.put(label, values);
        return new World(title, namespaces, subresources, more);
    }

    World writing(String... some) {
        return new World(title, namespaces, List.of(some), alphabet);
    }

    /** Every write that is worth a try in this state. */
    List<Write> writes(Cluster cluster) {
        List<Write> writes = new ArrayList<>();
        for (String name : namespaces) {
            NamespaceState state = cluster.find(name);
            for (Actor actor : Actor.PEOPLE) {
                if (state == null) {
                    edits(Map.of()).forEach(labels -> writes.add(Write.create(actor, name, labels)));
                } else {
                    writes.add(Write.delete(actor, name));
                    for (Map<String, String> labels : edits(state.labels())) {
                        subresources.forEach(sub -> writes.add(Write.update(actor, sub, name, labels)));
                    }
                    if (state.terminating()) {
                        writes.add(Write.finalizing(actor, name, state.labels()));
                    }
                }
            }
            if (state != null && state.terminating()) {
                writes.add(Write.update(Actor.CONTROLLER, "status", name, state.labels()));
                writes.add(Write.finalizing(Actor.CONTROLLER, name, state.labels()));
            }
        }
        return writes;
    }

    /** Every pair of values with the other labels as they are, and every value of each other label with all pairs that could be right. */
    private Set<Map<String, String>> edits(Map<String, String> current) {
        Set<Map<String, String>> edits = new HashSet<>();
        for (String usergroup : values("usergroup")) {
            for (String revision : values("istio.io/rev")) {
                edits.add(set(set(current, "usergroup", usergroup), "istio.io/rev", revision));
            }
        }
        for (String other : alphabet.keySet()) {
            if (!PAIR.contains(other)) {
                for (String value : values(other)) {
                    Map<String, String> edit = set(current, other, value);
                    edits.add(edit);
                    for (String usergroup : List.of("usergroup-1", "usergroup-2")) {
                        edits.add(set(set(edit, "usergroup", usergroup), "istio.io/rev", usergroup));
                    }
                }
            }
        }
        return edits;
    }

    private List<String> values(String label) {
        return alphabet.getOrDefault(label, List.of(ABSENT));
    }

    private static Map<String, String> set(Map<String, String> labels, String key, String value) {
        Map<String, String> changed = new HashMap<>(labels);
        if (value.equals(ABSENT)) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return Map.copyOf(changed);
    }

    /** A write that may change any number of labels at once. */
    Write anyWrite(Cluster cluster, Random random) {
        String name = one(namespaces, random);
        Actor actor = one(Actor.PEOPLE, random);
        NamespaceState state = cluster.find(name);
        if (state == null) {
            return Write.create(actor, name, anyLabels(Map.of(), random));
        }
        int dice = random.nextInt(12);
        if (dice == 0) {
            return Write.delete(actor, name);
        }
        if (dice == 1 && state.terminating()) {
            return random.nextBoolean()
                    ? Write.finalizing(Actor.CONTROLLER, name, state.labels())
                    : Write.finalizing(actor, name, anyLabels(state.labels(), random));
        }
        return Write.update(actor, one(subresources, random), name, anyLabels(state.labels(), random));
    }

    /** A cluster that nobody has looked after: any labels anywhere. */
    Cluster anyCluster(Random random) {
        Cluster cluster = Cluster.EMPTY;
        for (String name : namespaces) {
            if (random.nextInt(4) > 0) {
                cluster = cluster.with(new NamespaceState(name, anyLabels(Map.of(), random), random.nextInt(5) == 0));
            }
        }
        return cluster;
    }

    private Map<String, String> anyLabels(Map<String, String> current, Random random) {
        Map<String, String> labels = current;
        if (random.nextBoolean()) {
            // A pair that could be right, or nothing gets ever in.
            String usergroup = one(List.of("usergroup-1", "usergroup-2"), random);
            labels =
                    set(set(labels, "usergroup", usergroup), "istio.io/rev", random.nextBoolean() ? usergroup : ABSENT);
        }
        for (String label : alphabet.keySet()) {
            if (random.nextInt(4) == 0) {
                labels = set(labels, label, one(values(label), random));
            }
        }
        return labels;
    }

    private static <T> T one(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
