package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.manifest.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What there is, by kind: the input of a proof. Of two Namespaces with one name the last counts. */
public final class ClusterObjects {
    private static final String CORE = "/";

    private final Map<String, Manifest> namespaces = new TreeMap<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();
    private final Map<String, List<Manifest>> byKind = new TreeMap<>();
    private final Set<String> known = new HashSet<>();
    private final String defaultNamespace;
    private final boolean complete;

    /**
     * @param defaultNamespace of objects that name none
     * @param complete whether they are all that a cluster has, so that what is missing is not there
     */
    public ClusterObjects(Collection<Manifest> manifests, String defaultNamespace, boolean complete) {
        this.defaultNamespace = defaultNamespace;
        this.complete = complete;
        for (Manifest manifest : manifests) {
            if (manifest.isNamespace()) {
                namespaces.put(manifest.name(), manifest);
                labels.put(manifest.name(), texts(manifest.object().at("/metadata/labels")));
            } else {
                byKind.computeIfAbsent(manifest.group() + CORE + manifest.kind(), kind -> new ArrayList<>())
                        .add(manifest);
                known.add(namespace(manifest));
            }
        }
    }

    /** @param kind GROUP/KIND; the core group is empty */
    List<Manifest> of(String kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /** GROUP/KIND of all there is. */
    Set<String> kinds() {
        return byKind.keySet();
    }

    Collection<Manifest> namespaces() {
        return namespaces.values();
    }

    public Set<String> namespaceNames() {
        return Collections.unmodifiableSet(namespaces.keySet());
    }

    /** Of a namespace; none where it is not known. */
    Map<String, String> labels(String namespace) {
        return labels.getOrDefault(namespace, Map.of());
    }

    String namespace(Manifest manifest) {
        return manifest.namespace().isEmpty() ? defaultNamespace : manifest.namespace();
    }

    /** Those that objects are in and of which there is no Namespace, so that nobody can tell whose they are. */
    public Set<String> unknownNamespaces() {
        Set<String> unknown = new TreeSet<>();
        byKind.values()
                .forEach(objects -> objects.stream()
                        .map(Manifest::namespace)
                        .filter(name -> !name.isEmpty() && !namespaces.containsKey(name))
                        .forEach(unknown::add));
        return unknown;
    }

    /** Whether what is missing in a namespace is not there, rather than not told. */
    boolean tellsOf(String namespace) {
        return complete || known.contains(namespace);
    }

    int size() {
        return namespaces.size() + byKind.values().stream().mapToInt(List::size).sum();
    }

    static Map<String, String> texts(JsonNode map) {
        Map<String, String> texts = new HashMap<>();
        map.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return Map.copyOf(texts);
    }
}
