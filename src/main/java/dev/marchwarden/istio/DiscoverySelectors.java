package dev.marchwarden.istio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The namespaces that an istiod reads, by {@code discoverySelectors} of its mesh configuration: those that one selector matches; all where there is none, or
 * where one is not valid, for then istiod drops them all (istio: pkg/kube/namespace/filter.go).
 */
public record DiscoverySelectors(List<LabelSelector> selectors) {
    public DiscoverySelectors {
        selectors = List.copyOf(selectors);
    }

    /** @param meshConfig as in {@code data.mesh} of the ConfigMap */
    public static DiscoverySelectors of(JsonNode meshConfig) {
        return new DiscoverySelectors(meshConfig
                .path("discoverySelectors")
                .valueStream()
                .map(LabelSelector::of)
                .toList());
    }

    public boolean discovers(Map<String, String> namespaceLabels) {
        return selectors.isEmpty()
                || !selectors.stream().allMatch(LabelSelector::isValid)
                || selectors.stream().anyMatch(selector -> selector.matches(namespaceLabels));
    }

    /** The labels that they look at. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        selectors.forEach(selector -> keys.addAll(selector.keys()));
        return keys;
    }
}
