package dev.marchwarden.bootstrap;

import java.util.Map;

/** A setting for all revisions, with exceptions for single ones. */
public record ByRevision<T>(T rest, Map<String, T> single) {
    public ByRevision {
        single = Map.copyOf(single);
    }

    public static <T> ByRevision<T> all(T value) {
        return new ByRevision<>(value, Map.of());
    }

    public T of(String revision) {
        return single.getOrDefault(revision, rest);
    }
}
