package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.InstalledRelease;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.cluster.ObjectName;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads of a cluster what there is of what should be. */
public final class ClusterReader {
    private final ClusterObjects objects;
    private final Helm helm;

    public ClusterReader(ClusterObjects objects, Helm helm) {
        this.objects = objects;
        this.helm = helm;
    }

    public ClusterState read(List<Step> steps) throws IOException {
        Map<ObjectId, JsonNode> found = new HashMap<>();
        Set<String> namespaces = new LinkedHashSet<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Objects its -> {
                    for (JsonNode desired : its.objects()) {
                        JsonNode there = objects.find(nameOf(desired));
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
            if (objects.find(ObjectName.of(ObjectKind.NAMESPACE, "", namespace)) != null) {
                releases.putAll(helm.releases(namespace));
            }
        }
        return new ClusterState(found, releases);
    }

    /** Where the API has what a manifest is of. */
    static ObjectName nameOf(JsonNode manifest) {
        ObjectId id = ObjectId.of(manifest);
        return ObjectName.of(ObjectKind.named(id.apiVersion(), id.kind()), id.namespace(), id.name());
    }
}
