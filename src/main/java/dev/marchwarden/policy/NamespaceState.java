package dev.marchwarden.policy;

import dev.marchwarden.istio.MeshLabels;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A namespace at one moment, as far as the border is concerned.
 *
 * @param name may be empty where the API server has yet to make one up from {@code generateName}
 * @param labels the guarded labels it carries, {@link MeshLabels#guarded}
 * @param terminating whether it is being deleted
 */
public record NamespaceState(String name, Map<String, String> labels, boolean terminating) {
    public NamespaceState {
        labels = Map.copyOf(labels);
    }

    /** The value of a label, or null where the namespace does not carry it. An empty value is a value. */
    public @Nullable String label(String key) {
        return labels.get(key);
    }
}
