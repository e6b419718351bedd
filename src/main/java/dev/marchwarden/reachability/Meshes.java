package dev.marchwarden.reachability;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The control planes of the tenancy, and which of them read and inject a namespace. */
final class Meshes {
    private final Tenancy tenancy;
    private final ClusterObjects objects;
    private final List<Mesh> all = new ArrayList<>();
    /** Namespaces that no selector tells apart are one class. */
    private final Map<Map<String, String>, List<Mesh>> byClass = new HashMap<>();

    private final Set<String> keys = new TreeSet<>();

    Meshes(Tenancy tenancy, ClusterObjects objects) {
        this.tenancy = tenancy;
        this.objects = objects;
        Map<String, Manifest> configMaps = new HashMap<>();
        for (Manifest configMap : objects.of("/ConfigMap")) {
            if (configMap.object().at("/data").has("mesh")) {
                configMaps.put(objects.namespace(configMap) + "/" + configMap.name(), configMap);
            }
        }
        for (Usergroup usergroup : tenancy.usergroups()) {
            for (String revision : usergroup.revisions()) {
                Manifest configMap = configMaps.get(usergroup.systemNamespace() + "/istio-" + revision);
                all.add(Mesh.of(usergroup, revision, tenancy, configMap));
            }
        }
        all.forEach(mesh -> keys.addAll(mesh.discovers().keys()));
    }

    List<Mesh> all() {
        return all;
    }

    /** Those that read a namespace: its Services, its endpoints and its configuration (pilot/pkg/bootstrap/server.go). */
    List<Mesh> reading(String namespace) {
        Map<String, String> labels = objects.labels(namespace);
        Map<String, String> ofClass = new HashMap<>();
        for (String key : keys) {
            String value = labels.get(key);
            if (value != null) {
                ofClass.put(key, value);
            }
        }
        return byClass.computeIfAbsent(
                ofClass,
                some -> all.stream()
                        .filter(mesh -> mesh.discovers().matches(some))
                        .toList());
    }

    /** Those of them that read an object of this namespace. */
    List<Mesh> reading(Manifest object, String namespace) {
        return reading(namespace).stream().filter(mesh -> mesh.reads(object)).toList();
    }

    /**
     * The usergroup whose control plane injects the pods of a namespace; null for none. {@code istio-injection} comes first, and means a default
     * revision, which no usergroup has (istio-discovery/templates/mutatingwebhook.yaml).
     */
    @Nullable
    Usergroup injecting(String namespace) {
        Map<String, String> labels = objects.labels(namespace);
        String revision = labels.get(MeshLabels.REVISION);
        return labels.containsKey(MeshLabels.INJECTION) || revision == null ? null : tenancy.servedBy(revision);
    }

    /** The same of a pod, whose own label counts only where its namespace has none. */
    @Nullable
    Usergroup injecting(String namespace, @Nullable String podRevision) {
        Map<String, String> labels = objects.labels(namespace);
        boolean byPod = !labels.containsKey(MeshLabels.INJECTION) && !labels.containsKey(MeshLabels.REVISION);
        return !byPod ? injecting(namespace) : podRevision == null ? null : tenancy.servedBy(podRevision);
    }
}
