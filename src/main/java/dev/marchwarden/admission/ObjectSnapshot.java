package dev.marchwarden.admission;

import dev.marchwarden.reach.ObjectReach;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an object in a review.
 *
 * @param name empty where the API server has yet to make one up
 * @param namespace that it says it is in; empty where it says nothing
 * @param hasLabels whether there is a label map at all; a patch must create one where there is none
 * @param labels the guarded ones
 * @param terminating whether {@code metadata.deletionTimestamp} is set
 * @param reach what it reaches; null for a kind that no table knows
 */
public record ObjectSnapshot(
        String name,
        String namespace,
        boolean hasLabels,
        Map<String, String> labels,
        boolean terminating,
        @Nullable ObjectReach reach) {
    public ObjectSnapshot {
        labels = Map.copyOf(labels);
    }
}
