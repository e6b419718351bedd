package dev.marchwarden.model;

import dev.marchwarden.policy.NamespaceState;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The namespaces of a cluster at one moment. */
record Cluster(Map<String, NamespaceState> namespaces) {
    static final Cluster EMPTY = new Cluster(Map.of());

    Cluster {
        namespaces = Map.copyOf(namespaces);
    }

    @Nullable
    NamespaceState find(String name) {
        return namespaces.get(name);
    }

    Cluster with(NamespaceState namespace) {
        Map<String, NamespaceState> changed = new TreeMap<>(namespaces);
        changed.put(namespace.name(), namespace);
        return new Cluster(changed);
    }

    Cluster without(String name) {
        Map<String, NamespaceState> changed = new TreeMap<>(namespaces);
        changed.remove(name);
        return new Cluster(changed);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        new TreeMap<>(namespaces)
                .forEach((name, state) -> text.append(text.length() > 1 ? ", " : "")
                        .append(name)
                        .append(state.terminating() ? " terminating " : " ")
                        .append(new TreeMap<>(state.labels())));
        return text.append("]").toString();
    }
}
