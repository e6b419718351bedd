package dev.marchwarden.admission;

import java.util.Map;

/**
 * What is kept of an object in a review.
 *
 * @param name empty where the API server has yet to make one up
 * @param hasLabels whether there is a label map at all; a patch must create one where there is none
 * @param labels the guarded ones
 * @param terminating whether {@code metadata.deletionTimestamp} is set
 */
public record ObjectSnapshot(String name, boolean hasLabels, Map<String, String> labels, boolean terminating) {
    public ObjectSnapshot {
        labels = Map.copyOf(labels);
    }
}
