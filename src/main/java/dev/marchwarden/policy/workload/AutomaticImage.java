package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A proxy with the image {@code auto}, which the injector replaces, in a pod that no injector changes: its image can never be pulled. */
final class AutomaticImage implements ObjectRule {
    @Override
    public RuleName name() {
        return RuleName.WORKLOAD_REVISION;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(Reach.PROXY_CONTAINER);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf name, ObjectSurroundings surroundings) {
        if (!(name.owner().child("image") instanceof Leaf image)
                || !image.value().equals(ProxyContainer.IMAGE_OF_THE_INJECTOR)
                || isInjected(name, surroundings)) {
            return null;
        }
        Usergroup usergroup = surroundings.boundary().usergroup();
        return surroundings
                .violation(name(), image)
                .expected("a pod that an injector changes, or an image that can be pulled")
                .because("no injector changes this pod, so the image stays, and the pod never starts")
                .atMostWarning()
                .fix(
                        usergroup == null
                                ? "move the pod to a namespace of a usergroup"
                                : "add the label " + MeshLabels.REVISION + ": "
                                        + Quoted.bare(usergroup.defaultRevision()) + " to the pod or its template");
    }

    /** Whether some injector may look at the pod, of whichever Istio. */
    private static boolean isInjected(Leaf name, ObjectSurroundings surroundings) {
        Workload workload = Workload.of(name, surroundings);
        if ("false".equals(workload.label(Workload.INJECT))) {
            return false;
        }
        NamespaceState namespace =
                surroundings.namespaces().find(surroundings.boundary().namespace());
        return workload.label(MeshLabels.REVISION) != null
                || namespace == null
                || namespace.label(MeshLabels.REVISION) != null
                || namespace.label(MeshLabels.INJECTION) != null;
    }
}
