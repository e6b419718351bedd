package dev.marchwarden.kubernetes;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.jspecify.annotations.Nullable;

/** The status of Deployments. */
public final class DeploymentStatus {
    private DeploymentStatus() {}

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
