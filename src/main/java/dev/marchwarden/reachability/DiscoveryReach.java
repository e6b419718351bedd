package dev.marchwarden.reachability;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the labels of namespaces open: a control plane that reads or injects what is another's, and pods without a proxy. */
final class DiscoveryReach {
    private final Tenancy tenancy;
    private final ClusterObjects objects;
    private final Sides sides;
    private final Meshes meshes;
    private final Set<Mesh> astray = new HashSet<>();

    DiscoveryReach(Tenancy tenancy, ClusterObjects objects, Sides sides, Meshes meshes) {
        this.tenancy = tenancy;
        this.objects = objects;
        this.sides = sides;
        this.meshes = meshes;
    }

    /** Those that read nothing but their usergroup's namespaces; to be asked after {@link #look}. */
    List<Mesh> confined() {
        return meshes.all().stream().filter(mesh -> !astray.contains(mesh)).toList();
    }

    void look(Consumer<Opening> found) {
        for (Manifest namespace : objects.namespaces()) {
            String name = namespace.name();
            Map<String, String> labels = objects.labels(name);
            String usergroup = sides.usergroup(name);
            discovered(namespace, usergroup, found);
            Usergroup injecting = meshes.injecting(name);
            if (injecting != null && !injecting.name().equals(usergroup)) {
                found.accept(new Opening(
                        Scope.namespace(name),
                        Scope.usergroup(injecting.name()),
                        List.of(label(namespace, MeshLabels.REVISION)),
                        foreignRevision(name, labels),
                        "the pods of " + name + " get proxies, and with them certificates, of usergroup "
                                + injecting.name()));
            } else if (usergroup != null && injecting == null && !sides.isSystem(name)) {
                boolean overridden = labels.containsKey(MeshLabels.INJECTION);
                RuleName rule = overridden
                        ? RuleName.INJECTION_LABEL
                        : labels.containsKey(MeshLabels.REVISION)
                                ? RuleName.UNKNOWN_REVISION
                                : RuleName.UNPAIRED_LABELS;
                found.accept(
                        new Opening(
                                Scope.ANYONE,
                                Scope.namespace(name),
                                List.of(label(namespace, overridden ? MeshLabels.INJECTION : MeshLabels.REVISION)),
                                rule,
                                "no control plane of the tenancy injects a proxy here, and a pod without one takes plain text"));
            }
            if ("ambient".equals(labels.get(MeshLabels.DATAPLANE_MODE)) && usergroup != null) {
                found.accept(new Opening(
                        Scope.ANY_MESH,
                        Scope.namespace(name),
                        List.of(label(namespace, MeshLabels.DATAPLANE_MODE)),
                        RuleName.AMBIENT_MODE,
                        "the node's ztunnel takes the pods' traffic, whichever mesh it is of"
                                + " (cni/pkg/util/enablement_selector.go)"));
            }
        }
    }

    /** pkg/kube/namespace/filter.go: nothing is exempt, not even the control plane's own namespace. */
    private void discovered(Manifest namespace, @Nullable String usergroup, Consumer<Opening> found) {
        String name = namespace.name();
        List<Mesh> reading = meshes.reading(name);
        for (Mesh mesh : reading) {
            if (!mesh.name().equals(usergroup)) {
                astray.add(mesh);
                List<ChainLink> chain = new ArrayList<>();
                if (mesh.source() != null) {
                    chain.add(ChainLink.of(
                            mesh.source(),
                            objects.namespace(mesh.source()),
                            "data.mesh",
                            "discoverySelectors " + mesh.config().path("discoverySelectors")));
                }
                chain.add(label(namespace, tenancy.usergroupLabel()));
                // A label that is as it should be is not at fault: then it is the configuration.
                String label = objects.labels(name).get(tenancy.usergroupLabel());
                boolean byLabel = label != null && !label.equals(usergroup);
                found.accept(new Opening(
                        Scope.usergroup(mesh.name()),
                        Scope.namespace(name),
                        chain,
                        !byLabel
                                ? null
                                : sides.isSystem(name)
                                        ? RuleName.SYSTEM_NAMESPACE
                                        : tenancy.isProtected(name) ? RuleName.PROTECTED_NAMESPACE : null,
                        "the control plane of usergroup " + mesh.name() + " (revision " + mesh.revision()
                                + ") reads this namespace, its Services and its configuration"));
            }
        }
        Usergroup system = tenancy.systemNamespaceOwner(name);
        if (system != null && reading.stream().noneMatch(mesh -> mesh.name().equals(system.name()))) {
            found.accept(new Opening(
                    Scope.ANYONE,
                    Scope.usergroup(system.name()),
                    List.of(label(namespace, tenancy.usergroupLabel())),
                    RuleName.SYSTEM_NAMESPACE,
                    "the control plane does not read its own namespace, and so no STRICT policy"));
        }
    }

    private RuleName foreignRevision(String name, Map<String, String> labels) {
        if (sides.isSystem(name)) {
            return RuleName.SYSTEM_NAMESPACE;
        }
        if (tenancy.isProtected(name)) {
            return RuleName.PROTECTED_NAMESPACE;
        }
        if (sides.usergroup(name) != null) {
            return RuleName.REVISION_MISMATCH;
        }
        return labels.containsKey(tenancy.usergroupLabel()) ? RuleName.UNKNOWN_USERGROUP : RuleName.UNPAIRED_LABELS;
    }

    private static ChainLink label(Manifest namespace, String key) {
        String value = namespace.object().at("/metadata/labels").path(key).asText();
        return ChainLink.of(namespace, "", "metadata.labels[" + key + "]", value);
    }
}
