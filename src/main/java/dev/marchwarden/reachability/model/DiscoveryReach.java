package dev.marchwarden.reachability.model;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the paths that labels of namespaces open: a control plane that reads or injects what is another's, and pods without a proxy. */
public final class DiscoveryReach {
    private final ModelContext look;

    public DiscoveryReach(ModelContext look) {
        this.look = look;
    }

    public void look() {
        for (Part namespace : look.objects().namespaces()) {
            String name = namespace.manifest().name();
            String usergroup = look.sides().usergroup(name);
            discovered(namespace, name, usergroup);
            injected(namespace, name, usergroup);
            ambient(label(namespace, MeshLabels.DATAPLANE_MODE), name, usergroup);
        }
    }

    /** cni/pkg/util/enablement_selector.go. */
    private void ambient(Part mode, String name, @Nullable String usergroup) {
        if (mode.text().equals("ambient") && usergroup != null) {
            look.open(PathKind.AMBIENT, Scope.ANY_MESH, Scope.namespace(name), mode.link());
        }
    }

    /** pkg/kube/namespace/filter.go: nothing is exempt, not even the control plane's own namespace. */
    private void discovered(Part namespace, String name, @Nullable String usergroup) {
        Part label = label(namespace, look.tenancy().usergroupLabel());
        // A label that is as it should be is not at fault: then it is the configuration, which is for verify.
        RuleName rule = label.isMissing() || label.text().equals(usergroup) ? null : special(name);
        boolean readsSystem = !look.sides().isSystem(name);
        for (Mesh mesh : look.meshes().reading(name)) {
            if (mesh.name().equals(usergroup)) {
                readsSystem = true;
                continue;
            }
            List<ChainLink> chain = new ArrayList<>(List.of(label.link()));
            if (mesh.source() != null) {
                String selectors = "discoverySelectors " + mesh.config().path("discoverySelectors");
                chain.addFirst(mesh.source().at("data.mesh").link(selectors));
            }
            look.open(PathKind.READ, rule, Scope.usergroup(mesh.name()), Scope.namespace(name), chain);
        }
        if (!readsSystem) {
            look.open(PathKind.SYSTEM_UNREAD, Scope.ANYONE, Scope.usergroup(String.valueOf(usergroup)), label.link());
        }
    }

    private @Nullable RuleName special(String name) {
        RuleName other = look.tenancy().isProtected(name) ? RuleName.PROTECTED_NAMESPACE : null;
        return look.sides().isSystem(name) ? RuleName.SYSTEM_NAMESPACE : other;
    }

    /** Whose proxies the pods get (istio-discovery/templates/mutatingwebhook.yaml). */
    private void injected(Part namespace, String name, @Nullable String usergroup) {
        Part revision = label(namespace, MeshLabels.REVISION);
        Part injection = label(namespace, MeshLabels.INJECTION);
        Usergroup injecting = look.meshes().injecting(name);
        if (injecting != null && !injecting.name().equals(usergroup)) {
            boolean labelled =
                    !label(namespace, look.tenancy().usergroupLabel()).isMissing();
            RuleName pair = labelled ? RuleName.UNKNOWN_USERGROUP : RuleName.UNPAIRED_LABELS;
            RuleName rule = usergroup != null ? RuleName.REVISION_MISMATCH : pair;
            RuleName special = special(name);
            look.open(
                    PathKind.INJECTED,
                    special != null ? special : rule,
                    Scope.namespace(name),
                    Scope.usergroup(injecting.name()),
                    List.of(revision.link()));
        } else if (usergroup != null && injecting == null && !look.sides().isSystem(name)) {
            RuleName rule = revision.isMissing() ? RuleName.UNPAIRED_LABELS : RuleName.UNKNOWN_REVISION;
            look.open(
                    PathKind.NOT_INJECTED,
                    injection.isMissing() ? rule : RuleName.INJECTION_LABEL,
                    Scope.ANYONE,
                    Scope.namespace(name),
                    List.of((injection.isMissing() ? revision : injection).link()));
        }
    }

    private static Part label(Part namespace, String key) {
        return namespace.entry("metadata.labels", key);
    }
}
