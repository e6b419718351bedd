package dev.marchwarden.reachability.model;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The control planes of the tenancy, and which of them read and inject a namespace. */
public final class Meshes {
    private final Tenancy tenancy;
    private final ClusterObjects objects;
    private final List<Mesh> all;
    private final Set<String> keys = new TreeSet<>();
    /** Namespaces that no selector tells apart are one class. */
    private final Map<Map<String, String>, List<Mesh>> byClass = new HashMap<>();

    Meshes(Tenancy tenancy, ClusterObjects objects) {
        this.tenancy = tenancy;
        this.objects = objects;
        this.all = tenancy.usergroups().stream()
                .flatMap(usergroup ->
                        usergroup.revisions().stream().map(revision -> Mesh.of(usergroup, revision, tenancy, objects)))
                .toList();
        all.forEach(mesh -> keys.addAll(mesh.selectors().keys()));
    }

    public List<Mesh> all() {
        return all;
    }

    /** Those that read a namespace: its Services, its endpoints and its configuration (pilot/pkg/bootstrap/server.go). */
    public List<Mesh> reading(String namespace) {
        Map<String, String> ofClass = new HashMap<>(objects.labels(namespace));
        ofClass.keySet().retainAll(keys);
        return byClass.computeIfAbsent(
                ofClass,
                labels -> all.stream().filter(mesh -> mesh.discovers(labels)).toList());
    }

    /** Those of them that read an object in it. */
    List<Mesh> reading(Part object) {
        return reading(object.namespace()).stream()
                .filter(mesh -> mesh.reads(object))
                .toList();
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

    /** The same of a pod by its own label, which counts only where its namespace has none. */
    @Nullable
    Usergroup injecting(String namespace, String podRevision) {
        Map<String, String> labels = objects.labels(namespace);
        boolean byNamespace = labels.containsKey(MeshLabels.INJECTION) || labels.containsKey(MeshLabels.REVISION);
        return byNamespace || podRevision.isEmpty() ? null : tenancy.servedBy(podRevision);
    }
}
