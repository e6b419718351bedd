package dev.marchwarden.verification;

import dev.marchwarden.kubernetes.ObjectMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;

/** A namespace and its labels. */
record ObservedNamespace(String name, Map<String, String> labels, boolean isTerminating) {
    ObservedNamespace {
        labels = Map.copyOf(labels);
    }

    static ObservedNamespace of(Namespace namespace) {
        return new ObservedNamespace(
                ObjectMetadata.name(namespace),
                namespace.getMetadata().getLabels(),
                ObjectMetadata.isTerminating(namespace));
    }

    /** Empty where there is none. */
    String label(String key) {
        return labels.getOrDefault(key, "");
    }
}
