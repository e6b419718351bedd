package dev.marchwarden.verification;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the containers of a pod's specification tell. */
final class Containers {
    private Containers() {}

    /** Null where there is none. */
    static @Nullable Container named(List<Container> containers, String name) {
        return containers.stream()
                .filter(container -> container.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The one that counts: the last of several of a name. Null where there is none. */
    static @Nullable EnvVar variable(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .reduce((before, after) -> after)
                .orElse(null);
    }

    /** Empty where there is none, or none in the open. */
    static String value(@Nullable EnvVar variable) {
        return variable == null ? "" : Objects.requireNonNullElse(variable.getValue(), "");
    }
}
