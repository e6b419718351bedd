package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.kubernetes.ObjectMetadata;
import java.util.Map;
import java.util.TreeMap;

/** A namespace and its labels. */
record ObservedNamespace(String name, Map<String, String> labels, boolean isTerminating) {
    ObservedNamespace {
        labels = Map.copyOf(labels);
    }

    static ObservedNamespace of(JsonNode namespace) {
        Map<String, String> labels = new TreeMap<>();
        namespace
                .at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new ObservedNamespace(ObjectMetadata.name(namespace), labels, ObjectMetadata.isTerminating(namespace));
    }

    /** Empty where there is none. */
    String label(String key) {
        return labels.getOrDefault(key, "");
    }
}
