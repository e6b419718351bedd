package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * The desired objects that exist in a cluster.
 *
 * @param objects by what names them, in the version that was asked for
 * @param releases likewise
 */
public record ClusterState(Map<ObjectId, JsonNode> objects, Map<ObjectId, InstalledRelease> releases) {
    public static final ClusterState EMPTY = new ClusterState(Map.of(), Map.of());

    public ClusterState {
        objects = Map.copyOf(objects);
        releases = Map.copyOf(releases);
    }
}
