package dev.marchwarden.reachability.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.istio.LabelSelector;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.json.YamlTrees;
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
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The objects of a cluster or of files, by kind: the input of a proof. Of two Namespaces with one name the last counts. */
public final class ClusterObjects {
    private static final String CORE = "/";
    private static final String CONFIG_MAP = "/ConfigMap";

    private final Map<String, Part> namespaces = new TreeMap<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();
    private final Map<String, List<Part>> byKind = new TreeMap<>();
    private final Map<String, Part> configMaps = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final String defaultNamespace;
    private final boolean complete;
    /** By the object, which is read once however many look at it. */
    private final Map<Manifest, JsonNode> settings;

    private final Map<Manifest, Set<String>> rootKeys;

    /**
     * @param defaultNamespace of objects that name none
     * @param complete whether they are all that a cluster has, so that what is missing is not there
     */
    public ClusterObjects(Collection<Manifest> manifests, String defaultNamespace, boolean complete) {
        this(manifests, defaultNamespace, complete, new WeakHashMap<>(), new WeakHashMap<>());
    }

    private ClusterObjects(
            Collection<Manifest> manifests,
            String defaultNamespace,
            boolean complete,
            Map<Manifest, JsonNode> settings,
            Map<Manifest, Set<String>> rootKeys) {
        this.defaultNamespace = defaultNamespace;
        this.complete = complete;
        this.settings = settings;
        this.rootKeys = rootKeys;
        manifests.forEach(this::add);
    }

    /** Others, as of the same cluster later: what was read of the text in those that stayed is not read again. */
    public ClusterObjects with(Collection<Manifest> manifests) {
        return new ClusterObjects(manifests, defaultNamespace, complete, settings, rootKeys);
    }

    private void add(Manifest manifest) {
        if (manifest.isNamespace()) {
            namespaces.put(manifest.name(), new Part(manifest, "", "", manifest.object()));
            labels.put(manifest.name(), texts(manifest.object().at("/metadata/labels")));
            return;
        }
        String namespace = manifest.namespace().isEmpty() ? defaultNamespace : manifest.namespace();
        Part part = new Part(manifest, namespace, "", manifest.object());
        String kind = manifest.group() + CORE + manifest.kind();
        byKind.computeIfAbsent(kind, its -> new ArrayList<>()).add(part);
        known.add(namespace);
        if (kind.equals(CONFIG_MAP)) {
            configMaps.put(namespace + "/" + manifest.name(), part);
        }
    }

    /** @param kind GROUP/KIND; the core group is empty */
    public List<Part> of(String kind) {
        return byKind.getOrDefault(kind, List.of());
    }

    /** GROUP/KIND of all there is. */
    public Set<String> kinds() {
        return byKind.keySet();
    }

    public Collection<Part> namespaces() {
        return namespaces.values();
    }

    public Set<String> namespaceNames() {
        return Collections.unmodifiableSet(namespaces.keySet());
    }

    /** Of a namespace; none where it is not known. */
    public Map<String, String> labels(String namespace) {
        return labels.getOrDefault(namespace, Map.of());
    }

    /** The names of those that a selector takes in; what cannot be told is taken in. */
    public List<String> namespaces(JsonNode selector) {
        LabelSelector labels = LabelSelector.of(selector);
        return namespaces.keySet().stream()
                .filter(name -> labels.mayMatch(labels(name)))
                .toList();
    }

    /** Null where it is not known. */
    public @Nullable Part configMap(String namespace, String name) {
        return configMaps.get(namespace + "/" + name);
    }

    /** The YAML in the {@code mesh} of a ConfigMap; missing where it is none. */
    public JsonNode settings(Part configMap) {
        return settings.computeIfAbsent(
                configMap.manifest(), manifest -> yaml(configMap.at("data.mesh").text()));
    }

    /** The keys of the roots in a ConfigMap: a certificate may be issued again. None where they cannot be read. */
    public Set<String> rootKeys(Part configMap) {
        return rootKeys.computeIfAbsent(
                configMap.manifest(),
                manifest -> RootBundle.parse(
                                configMap.entry("data", "root-cert.pem").text())
                        .map(RootBundle::keys)
                        .orElse(Set.of()));
    }

    /** Those that objects are in and of which there is no Namespace, so that nobody can tell whose they are. */
    public Set<String> unknownNamespaces() {
        Set<String> unknown = new TreeSet<>();
        byKind.values()
                .forEach(objects -> objects.stream()
                        .map(part -> part.manifest().namespace())
                        .filter(name -> !name.isEmpty() && !namespaces.containsKey(name))
                        .forEach(unknown::add));
        return unknown;
    }

    /** Whether what is missing in a namespace is not there, rather than not told. */
    public boolean tellsOf(String namespace) {
        return complete || known.contains(namespace);
    }

    public int size() {
        return namespaces.size() + byKind.values().stream().mapToInt(List::size).sum();
    }

    /** JSON in a value; missing where it is none. */
    public static JsonNode json(String text) {
        try {
            return JsonTrees.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** YAML in a value; missing where it is none. */
    public static JsonNode yaml(String text) {
        try {
            return YamlTrees.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** The words of a text. */
    public static Set<String> words(String text) {
        return Set.of(text.split("\\s+"));
    }

    private static Map<String, String> texts(JsonNode map) {
        Map<String, String> texts = new HashMap<>();
        map.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return Map.copyOf(texts);
    }
}
