package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces of a cluster at one moment. Keeps the guarded labels only. Immutable: a decision takes one and sees one state, whatever
 * happens meanwhile; what happens makes a new one, which shares nearly all of its memory with the old.
 */
public final class NamespaceSnapshot implements Namespaces {
    private final String usergroupLabel;
    private final SegmentedMap<NamespaceState> byName;

    /** How many namespaces that are not terminating carry each usergroup's label. */
    private final SegmentedMap<Integer> liveByUsergroup;

    public NamespaceSnapshot(Collection<NamespaceState> namespaces, String usergroupLabel) {
        Map<String, NamespaceState> all = new HashMap<>();
        for (NamespaceState namespace : namespaces) {
            all.put(namespace.name(), namespace);
        }
        Map<String, Integer> live = new HashMap<>();
        for (NamespaceState namespace : all.values()) {
            String usergroup = liveIn(namespace, usergroupLabel);
            if (usergroup != null) {
                live.merge(usergroup, 1, Integer::sum);
            }
        }
        this.usergroupLabel = usergroupLabel;
        this.byName = SegmentedMap.of(all);
        this.liveByUsergroup = SegmentedMap.of(live);
    }

    private NamespaceSnapshot(
            String usergroupLabel, SegmentedMap<NamespaceState> byName, SegmentedMap<Integer> liveByUsergroup) {
        this.usergroupLabel = usergroupLabel;
        this.byName = byName;
        this.liveByUsergroup = liveByUsergroup;
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

    /** The usergroup whose live member, or system namespace, this is; null where it is none. */
    private static @Nullable String liveIn(@Nullable NamespaceState namespace, String usergroupLabel) {
        return namespace == null || namespace.terminating() ? null : namespace.label(usergroupLabel);
    }

    /** The same, but for this namespace, which is new or as it is now. */
    public NamespaceSnapshot with(NamespaceState namespace) {
        return new NamespaceSnapshot(
                usergroupLabel, byName.with(namespace.name(), namespace), recounted(find(namespace.name()), namespace));
    }

    /** The same, but for the namespace of this name, which is gone. */
    public NamespaceSnapshot without(String name) {
        return new NamespaceSnapshot(usergroupLabel, byName.without(name), recounted(find(name), null));
    }

    private SegmentedMap<Integer> recounted(@Nullable NamespaceState before, @Nullable NamespaceState after) {
        String left = liveIn(before, usergroupLabel);
        String joined = liveIn(after, usergroupLabel);
        if (Objects.equals(left, joined)) {
            return liveByUsergroup;
        }
        SegmentedMap<Integer> counts = liveByUsergroup;
        if (left != null) {
            int rest = count(counts, left) - 1;
            counts = rest == 0 ? counts.without(left) : counts.with(left, rest);
        }
        return joined == null ? counts : counts.with(joined, count(counts, joined) + 1);
    }

    private static int count(SegmentedMap<Integer> counts, String usergroup) {
        Integer count = counts.get(usergroup);
        return count == null ? 0 : count;
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
        boolean counted = usergroup.equals(liveIn(find(systemNamespace), usergroupLabel));
        return count(liveByUsergroup, usergroup) - (counted ? 1 : 0);
    }
}
