package dev.marchwarden.policy.config;

import org.jspecify.annotations.Nullable;

/**
 * A host that may have a namespace in front: {@code NAMESPACE/HOST}, where the namespace may also be {@code *}, {@code .} or {@code ~}.
 *
 * @param scope null where there is none
 */
record ScopedHost(@Nullable String scope, String host) {
    static final String EVERY = "*";
    static final String OWN = ".";
    static final String NONE = "~";

    static ScopedHost of(String value) {
        int slash = value.indexOf('/');
        return slash < 0
                ? new ScopedHost(null, value)
                : new ScopedHost(value.substring(0, slash), value.substring(slash + 1));
    }
}
