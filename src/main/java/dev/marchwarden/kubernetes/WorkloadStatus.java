package dev.marchwarden.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The status of Deployments and pods. */
public final class WorkloadStatus {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private WorkloadStatus() {}

    /** Whether all containers of a pod have ended, and none is started again. */
    public static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getPhase() != null
                && ENDED.contains(pod.getStatus().getPhase());
    }

    /** As the deployment controller has it, of this very specification. */
    public static boolean isAvailable(@Nullable Deployment deployment) {
        if (deployment == null || deployment.getStatus() == null) {
            return false;
        }
        Long observed = deployment.getStatus().getObservedGeneration();
        Long generation = deployment.getMetadata().getGeneration();
        boolean seen = (observed == null ? 0 : observed) >= (generation == null ? 0 : generation);
        return seen
                && deployment.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Available")
                                && condition.getStatus().equals("True"));
    }
}
