package dev.marchwarden.cli;

import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Listed namespaces, and those that were created since: a large cluster takes long to read. Of one that cannot be looked up nothing is known. */
final class CurrentNamespaces implements Namespaces {
    /** More new ones than this within one run are not looked up. */
    private static final int MOST = 1_000;

    private final Namespaces listed;
    private final ClusterClient client;
    private final String usergroupLabel;
    private final Map<String, Optional<NamespaceState>> late = new HashMap<>();

    CurrentNamespaces(Namespaces listed, ClusterClient client, String usergroupLabel) {
        this.listed = listed;
        this.client = client;
        this.usergroupLabel = usergroupLabel;
    }

    @Override
    public @Nullable NamespaceState find(String name) {
        NamespaceState known = listed.find(name);
        if (known != null || name.isEmpty() || (late.size() >= MOST && !late.containsKey(name))) {
            return known;
        }
        return late.computeIfAbsent(name, this::lookUp).orElse(null);
    }

    private Optional<NamespaceState> lookUp(String name) {
        try {
            Manifest found = ClusterNamespaces.find(client, name);
            return found == null
                    ? Optional.empty()
                    : Optional.ofNullable(
                            NamespaceSnapshot.of(List.of(found), usergroupLabel).find(name));
        } catch (ClusterException e) {
            return Optional.empty();
        }
    }

    @Override
    public int liveMembers(String usergroup, String systemNamespace) {
        return listed.liveMembers(usergroup, systemNamespace);
    }
}
