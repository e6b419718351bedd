package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose traffic an object rules: that of clients in the namespaces that it is exported to, and what comes in by the gateways that it is
 * bound to.
 *
 * @param ownClientsOnly whether that is clients in its own namespace and nobody else
 * @param serves whether it takes in what comes to a gateway
 * @param mesh whether clients in the mesh are among them
 * @param shared whether, where a usergroup isolates its namespaces, gateways or clients of the system namespace are among them
 */
record Audience(boolean ownClientsOnly, boolean serves, boolean mesh, boolean shared) {
    private static final String MESH = "mesh";
    /** Served by the gateway beside the control plane (pilot/pkg/config/kube/ingress). */
    private static final String INGRESS = "Ingress";

    private static final Set<String> GATEWAYS = Set.of("Gateway", "ListenerSet");
    private static final Set<String> PARENTS = Set.of("", "Gateway", "ListenerSet", "XListenerSet");

    static Audience of(Branch object, KindTable kind, Boundary boundary) {
        Branch spec = object.branch("spec");
        if (spec == null) {
            return new Audience(true, false, false, false);
        }
        if (kind.kind().equals(INGRESS)) {
            return new Audience(false, true, false, boundary.isolated());
        }
        if (GATEWAYS.contains(kind.kind())) {
            return new Audience(false, true, false, isShared(spec.text("parentRef", "namespace"), boundary));
        }
        Exports exports = Exports.of(spec, boundary);
        Bindings bindings = Bindings.of(spec, boundary);
        return new Audience(
                exports.own && !bindings.elsewhere,
                bindings.gateways,
                bindings.mesh,
                (exports.system && bindings.mesh) || bindings.system);
    }

    private static boolean isShared(@Nullable String namespace, Boundary boundary) {
        Usergroup usergroup = boundary.usergroup();
        return namespace != null
                && usergroup != null
                && boundary.isolated()
                && usergroup.systemNamespace().equals(namespace);
    }

    /** @param own whether to the own namespace only */
    private record Exports(boolean own, boolean system) {
        static Exports of(Branch spec, Boundary boundary) {
            boolean own = true;
            boolean system = false;
            for (Leaf leaf : leaves(spec.child("exportTo"))) {
                String to = leaf.value();
                boolean everyone = to.equals(ScopedHost.EVERY) && !(leaf.isUnset() && boundary.isolated());
                system |= isShared(to, boundary);
                own &= !everyone
                        && (leaf.isUnset()
                                || to.equals(ScopedHost.OWN)
                                || to.equals(ScopedHost.NONE)
                                || boundary.isOwn(to));
            }
            return new Exports(own, system);
        }
    }

    /**
     * @param gateways whether it is bound to gateways
     * @param mesh whether it is bound to the mesh, as what has no gateways is
     * @param elsewhere whether to a gateway of another namespace
     * @param system whether to one of the system namespace, where that is shared
     */
    private record Bindings(boolean gateways, boolean mesh, boolean elsewhere, boolean system) {
        static Bindings of(Branch spec, Boundary boundary) {
            Node gateways = spec.child("gateways");
            Node parents = spec.child("parentRefs");
            if (parents instanceof Branch list) {
                return ofParents(list, boundary);
            }
            return gateways == null ? new Bindings(false, true, false, false) : ofGateways(leaves(gateways), boundary);
        }

        private static Bindings ofGateways(List<Leaf> references, Boundary boundary) {
            boolean gateways = false;
            boolean mesh = false;
            boolean elsewhere = false;
            boolean system = false;
            for (Leaf reference : references) {
                boolean isMesh = reference.value().equals(MESH);
                String namespace = isMesh ? null : GatewayReference.namespace(reference.value());
                mesh |= isMesh;
                gateways |= !isMesh;
                elsewhere |= namespace != null && !boundary.isOwn(namespace);
                system |= isShared(namespace, boundary);
            }
            return new Bindings(gateways, mesh, elsewhere, system);
        }

        /** A route whose parent is a Service of another namespace rules the clients of its own (GEP-1426). */
        private static Bindings ofParents(Branch parents, Boundary boundary) {
            boolean gateways = false;
            boolean elsewhere = false;
            boolean system = false;
            for (Node item : parents.children()) {
                String kind = item instanceof Branch parent ? parent.text("kind") : null;
                String namespace = item instanceof Branch parent ? parent.text("namespace") : null;
                boolean gateway = kind == null || PARENTS.contains(kind);
                gateways |= gateway;
                elsewhere |= gateway && namespace != null && !boundary.isOwn(namespace);
                system |= gateway && isShared(namespace, boundary);
            }
            return new Bindings(gateways, !gateways, elsewhere, system);
        }
    }

    private static List<Leaf> leaves(@Nullable Node list) {
        return switch (list) {
            case null -> List.of();
            case Leaf leaf -> List.of(leaf);
            case Branch branch -> branch.leaves();
        };
    }
}
