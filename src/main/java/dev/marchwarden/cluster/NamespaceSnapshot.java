package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The namespaces of a cluster at one moment. Immutable; keeps the guarded labels only. */
public final class NamespaceSnapshot implements Namespaces {
    private final Map<String, NamespaceState> byName;
    private final Map<String, Set<String>> liveByUsergroup = new HashMap<>();

    public NamespaceSnapshot(Collection<NamespaceState> namespaces, String usergroupLabel) {
        Map<String, NamespaceState> all = new HashMap<>();
        for (NamespaceState namespace : namespaces) {
            all.put(namespace.name(), namespace);
        }
        this.byName = Map.copyOf(all);
        for (NamespaceState namespace : byName.values()) {
            String usergroup = namespace.label(usergroupLabel);
            if (usergroup != null && !namespace.terminating()) {
                liveByUsergroup
                        .computeIfAbsent(usergroup, none -> new HashSet<>())
                        .add(namespace.name());
            }
        }
    }

    /** The Namespace objects among the manifests; of two with one name the later counts, as it does for `kubectl apply`. */
    public static NamespaceSnapshot of(List<Manifest> manifests, String usergroupLabel) {
        Set<String> guarded = MeshLabels.guarded(usergroupLabel);
        return new NamespaceSnapshot(
                manifests.stream()
                        .filter(Manifest::isNamespace)
                        .map(manifest -> state(manifest, guarded))
                        .toList(),
                usergroupLabel);
    }

    private static NamespaceState state(Manifest manifest, Set<String> guarded) {
        JsonNode metadata = manifest.object().path("metadata");
        Map<String, String> labels = new HashMap<>();
        for (String key : guarded) {
            JsonNode value = metadata.path("labels").get(key);
            if (value != null) {
                labels.put(key, value.isNull() ? "" : value.asText()); // as the API server reads null
            }
        }
        return new NamespaceState(manifest.name(), labels, metadata.hasNonNull("deletionTimestamp"));
    }

    public int size() {
        return byName.size();
    }

    @Override
    public @Nullable NamespaceState find(String name) {
        return byName.get(name);
    }

    @Override
    public int liveMembers(String usergroup, String systemNamespace) {
        Set<String> live = liveByUsergroup.getOrDefault(usergroup, Set.of());
        return live.size() - (live.contains(systemNamespace) ? 1 : 0);
    }
}
