package dev.marchwarden.policy.config;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Gateway of the Gateway API that no control plane deploys: of a class of Istio's that nobody serves, or without a revision. A usergroup
 * has a class of its own, and its namespaces the revision; a system namespace has none.
 */
final class UnservedGateway {
    private static final String ISTIO = "istio";

    private final ObjectSurroundings surroundings;
    private final Usergroup usergroup;

    UnservedGateway(Usergroup usergroup, ObjectSurroundings surroundings) {
        this.usergroup = usergroup;
        this.surroundings = surroundings;
    }

    List<Violation> ofState(ObjectReach state) {
        List<Violation> violations = new ArrayList<>(0);
        for (Leaf leaf : state.leaves()) {
            if (leaf.reach() != Reach.GATEWAY_CLASS) {
                continue;
            }
            boolean own = leaf.value().equals(usergroup.gatewayClass());
            if (!own && isUnserved(leaf.value())) {
                violations.add(surroundings
                        .violation(RuleName.CONFIG_OUTSIDE_MESH, leaf)
                        .expected(usergroup.gatewayClass() + ", the class of usergroup " + usergroup.name())
                        .because("no control plane of the tenancy serves this class, so the Gateway is never deployed")
                        .fix("set " + leaf.path() + ": " + usergroup.gatewayClass()));
            } else if ((own || IstioNames.SHARED_GATEWAY_CLASSES.contains(leaf.value())) && revision(state) == null) {
                violations.add(surroundings
                        .violation(RuleName.CONFIG_OUTSIDE_MESH, "metadata.labels[" + MeshLabels.REVISION + "]", null)
                        .expected(usergroup.defaultRevision())
                        .because(
                                "neither the Gateway nor its namespace names a revision, so no control plane deploys the Gateway")
                        .fix("add the label " + MeshLabels.REVISION + ": " + usergroup.defaultRevision()
                                + " to the Gateway"));
            }
        }
        return violations;
    }

    private boolean isUnserved(String gatewayClass) {
        boolean istios = gatewayClass.equals(ISTIO) || gatewayClass.startsWith(ISTIO + "-");
        return istios
                && !IstioNames.SHARED_GATEWAY_CLASSES.contains(gatewayClass)
                && surroundings.tenancy().gatewayClassOwner(gatewayClass) == null;
    }

    private @Nullable String revision(ObjectReach state) {
        String own = state.text("metadata", "labels", MeshLabels.REVISION);
        NamespaceState namespace =
                surroundings.namespaces().find(surroundings.boundary().namespace());
        return own != null || namespace == null ? own : namespace.label(MeshLabels.REVISION);
    }
}
