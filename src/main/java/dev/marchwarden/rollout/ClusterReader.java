package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.InstalledRelease;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the desired objects from a cluster. */
public final class ClusterReader {
    private final ClusterClient cluster;
    private final Helm helm;

    public ClusterReader(ClusterClient cluster, Helm helm) {
        this.cluster = cluster;
        this.helm = helm;
    }

    public ClusterState read(List<Step> steps) throws IOException {
        Map<ObjectId, JsonNode> found = new HashMap<>();
        Set<String> namespaces = new LinkedHashSet<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Objects its -> {
                    for (JsonNode desired : its.objects()) {
                        JsonNode there = find(desired);
                        if (there != null) {
                            found.put(ObjectId.of(desired), there);
                        }
                    }
                }
                case Step.Release its -> namespaces.add(its.release().namespace());
            }
        }
        Map<ObjectId, InstalledRelease> releases = new HashMap<>();
        for (String namespace : namespaces) {
            if (cluster.find(Kind.NAMESPACE, "", namespace) != null) {
                releases.putAll(helm.releases(namespace));
            }
        }
        return new ClusterState(found, releases);
    }

    private @Nullable JsonNode find(JsonNode manifest) throws ClusterException {
        ObjectId id = ObjectId.of(manifest);
        return cluster.findTree(Kind.named(id.apiVersion(), id.kind()), id.namespace(), id.name());
    }
}
