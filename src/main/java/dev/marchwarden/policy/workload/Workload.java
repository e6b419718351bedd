package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.ControlPlaneAccount;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.User;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pod, or the template that pods are made from: what has {@code metadata} and {@code spec}, wherever in its object that is.
 *
 * @param pod null where nothing of it reaches
 * @param isTemplate whether no injector has been at it yet
 */
record Workload(@Nullable Branch pod, boolean isTemplate) {
    static final String INJECT = IstioAnnotations.SIDECAR_INJECT;

    /** What istiod itself deploys for a Gateway has its proxy from the start, and is kept from the injector. */
    private static final String DEPLOYED_FOR_GATEWAY = IstioNames.MANAGED_GATEWAY;

    private static final String STATUS = IstioAnnotations.SIDECAR_STATUS;
    private static final String INJECTED_REVISION = MeshLabels.REVISION;

    static Workload of(KindTable kind, Branch object) {
        return switch (kind.kind()) {
            case "Pod", "Binding" -> new Workload(object, false); // a binding's labels and annotations go to its pod
            case "CronJob" -> new Workload(below(object, List.of("spec", "jobTemplate", "spec", "template")), true);
            default -> new Workload(below(object, List.of("spec", "template")), true);
        };
    }

    /** The one that a leaf is in. */
    static Workload of(Leaf leaf, ObjectSurroundings surroundings) {
        return of(Objects.requireNonNull(surroundings.change().table()), leaf.root());
    }

    private static @Nullable Branch below(Branch object, List<String> fields) {
        Branch at = object;
        for (String field : fields) {
            at = at == null ? null : at.branch(field);
        }
        return at;
    }

    @Nullable
    String label(String key) {
        return pod == null ? null : pod.text("metadata", "labels", key);
    }

    @Nullable
    String annotation(String key) {
        return pod == null ? null : pod.text("metadata", "annotations", key);
    }

    /**
     * Whether this is a pod as it comes from an injector. Whose that was is another question. What no injector looks at
     * (pkg/kube/inject/inject.go injectRequired) was not injected, whatever its annotation says.
     */
    boolean isInjected() {
        Leaf hostNetwork = field("spec", "hostNetwork");
        String inject = label(INJECT) != null ? label(INJECT) : annotation(INJECT);
        return !isTemplate
                && annotation(STATUS) != null
                && !"false".equals(inject)
                && (hostNetwork == null || !hostNetwork.value().equals("true"));
    }

    /**
     * Whether this is what the usergroup's istiod deploys for a Gateway (istio-discovery/files/kube-gateway.yaml), or was made from it:
     * nothing is laid over it. Labels and annotations can be forged, so its author counts too.
     */
    boolean isDeployedForGateway(ObjectSurroundings surroundings) {
        User author = surroundings.change().user();
        Usergroup usergroup = surroundings.boundary().usergroup();
        boolean byIstiod =
                usergroup != null && usergroup.equals(ControlPlaneAccount.usergroupOf(author, surroundings.tenancy()));
        return "false".equals(label(INJECT))
                && label(DEPLOYED_FOR_GATEWAY) != null
                && annotation(INJECTED_REVISION) != null
                && hasProxy()
                && (byIstiod || WorkloadControllers.include(author));
    }

    /** Whether a controller of Kubernetes makes this from a template, which was judged when it was written. */
    boolean isMadeFromTemplate(ObjectSurroundings surroundings) {
        return WorkloadControllers.include(surroundings.change().user());
    }

    /** A field that a row is about; null where there is none. */
    @Nullable
    Leaf field(String... path) {
        Branch at = pod;
        for (int i = 0; at != null && i < path.length - 1; i++) {
            at = at.branch(path[i]);
        }
        return at != null && at.child(path[path.length - 1]) instanceof Leaf leaf ? leaf : null;
    }

    /** Of containers nothing is kept but those of the injector's names. */
    private boolean hasProxy() {
        Branch spec = pod == null ? null : pod.branch("spec");
        Branch containers = spec == null ? null : spec.branch("containers");
        return containers != null && !containers.children().isEmpty();
    }
}
