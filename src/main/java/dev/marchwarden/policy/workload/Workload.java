package dev.marchwarden.policy.workload;

import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Leaf;
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
    static final String INJECT = "sidecar.istio.io/inject";

    /** What istiod itself deploys for a Gateway has its proxy from the start, and is kept from the injector. */
    private static final String DEPLOYED_FOR_GATEWAY = "gateway.istio.io/managed";

    private static final String STATUS = "sidecar.istio.io/status";
    private static final String INJECTED_REVISION = "istio.io/rev";

    static Workload of(KindTable kind, Branch object) {
        return switch (kind.kind()) {
            case "Pod" -> new Workload(object, false);
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

    /** Whether this is a pod as it comes from an injector. Whose that was is another question. */
    boolean isInjected() {
        return !isTemplate && annotation(STATUS) != null;
    }

    /** Whether this looks like what istiod deploys for a Gateway (istio-discovery/files/kube-gateway.yaml): nothing is laid over it. */
    boolean isDeployedForGateway() {
        return "false".equals(label(INJECT))
                && label(DEPLOYED_FOR_GATEWAY) != null
                && annotation(INJECTED_REVISION) != null
                && hasProxy();
    }

    /** Of containers nothing is kept but those of the injector's names. */
    private boolean hasProxy() {
        Branch spec = pod == null ? null : pod.branch("spec");
        Branch containers = spec == null ? null : spec.branch("containers");
        return containers != null && !containers.children().isEmpty();
    }
}
