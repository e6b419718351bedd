package dev.marchwarden.policy;

import org.jspecify.annotations.Nullable;

/**
 * A change of a namespace.
 *
 * @param subresource {@code status}, {@code finalize} or empty; all of them can rewrite labels
 * @param before null for CREATE
 * @param after null for DELETE
 */
public record NamespaceChange(
        Operation operation,
        String name,
        String subresource,
        User user,
        @Nullable NamespaceState before,
        @Nullable NamespaceState after) {
    public NamespaceChange {
        boolean whole = switch (operation) {
            case CREATE -> after != null;
            case UPDATE -> before != null && after != null;
            case DELETE -> before != null;
        };
        if (!whole) {
            throw new IllegalArgumentException(
                    operation + " of a namespace lacks a state (expected: CREATE after, UPDATE both, DELETE before)");
        }
    }

    public @Nullable String labelBefore(String key) {
        return before == null ? null : before.label(key);
    }

    public @Nullable String labelAfter(String key) {
        return after == null ? null : after.label(key);
    }
}
