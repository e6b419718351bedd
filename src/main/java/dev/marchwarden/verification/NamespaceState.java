package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.rollout.Labels;
import java.util.Map;
import java.util.TreeMap;

/** A namespace and its labels. */
record NamespaceState(String name, Map<String, String> labels, boolean isTerminating) {
    NamespaceState {
        labels = Map.copyOf(labels);
    }

    static NamespaceState of(JsonNode namespace) {
        Map<String, String> labels = new TreeMap<>();
        namespace
                .at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new NamespaceState(Labels.name(namespace), labels, Labels.isTerminating(namespace));
    }

    /** Empty where there is none. */
    String label(String key) {
        return labels.getOrDefault(key, "");
    }
}
