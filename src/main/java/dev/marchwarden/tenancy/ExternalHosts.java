package dev.marchwarden.tenancy;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The DNS names outside the cluster that a usergroup may serve: any, those of one list, or those of a list for each of its namespaces. A
 * name may begin with {@code *.}. Immutable.
 */
public sealed interface ExternalHosts {
    /** No limit: the tenancy file says nothing. */
    static ExternalHosts any() {
        return new Any();
    }

    /** The names that every namespace of the usergroup may serve. */
    static ExternalHosts of(Set<String> names) {
        return new Everywhere(names);
    }

    /** The names that single namespaces may serve; a namespace that is not listed may serve none. */
    static ExternalHosts of(Map<String, Set<String>> byNamespace) {
        return new ByNamespace(byNamespace);
    }

    /** Whether there is no limit. */
    default boolean isAny() {
        return this instanceof Any;
    }

    /**
     * The names that an object may serve, sorted; empty where {@link #isAny}.
     *
     * @param namespace of the object
     * @param system whether that is the usergroup's system namespace, whose gateways serve for all its namespaces
     */
    Set<String> names(String namespace, boolean system);

    /** @see #any */
    record Any() implements ExternalHosts {
        @Override
        public Set<String> names(String namespace, boolean system) {
            return Set.of();
        }
    }

    /** @see #of(Set) */
    record Everywhere(Set<String> names) implements ExternalHosts {
        public Everywhere {
            names = Collections.unmodifiableSet(new TreeSet<>(names));
        }

        @Override
        public Set<String> names(String namespace, boolean system) {
            return names;
        }
    }

    /** @see #of(Map) */
    record ByNamespace(Map<String, Set<String>> names) implements ExternalHosts {
        public ByNamespace {
            Map<String, Set<String>> sorted = new TreeMap<>();
            names.forEach((namespace, its) -> sorted.put(namespace, Set.copyOf(its)));
            names = Collections.unmodifiableMap(sorted);
        }

        @Override
        public Set<String> names(String namespace, boolean system) {
            Set<String> all = new TreeSet<>();
            names.forEach((each, its) -> {
                if (system || each.equals(namespace)) {
                    all.addAll(its);
                }
            });
            return all;
        }
    }
}
