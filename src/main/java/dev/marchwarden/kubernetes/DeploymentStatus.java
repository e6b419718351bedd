package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** The status of Deployments, from their JSON. */
public final class DeploymentStatus {
    private DeploymentStatus() {}

    /** As the deployment controller has it, of this very specification. */
    public static boolean isAvailable(@Nullable JsonNode deployment) {
        if (deployment == null) {
            return false;
        }
        boolean seen = deployment.at("/status/observedGeneration").asLong()
                >= deployment.at("/metadata/generation").asLong();
        return seen
                && deployment
                        .at("/status/conditions")
                        .valueStream()
                        .anyMatch(condition -> condition.path("type").asText().equals("Available")
                                && condition.path("status").asText().equals("True"));
    }
}
