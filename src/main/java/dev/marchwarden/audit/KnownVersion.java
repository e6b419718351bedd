package dev.marchwarden.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.reach.ReachTable;

/** The API version in which an object of a cluster is read and judged: the API server has each object in all versions of its kind, and rules know some. */
public final class KnownVersion {
    private KnownVersion() {}

    /** Whether rules know the kind in its version. */
    public static boolean is(Kind<?> kind) {
        return ReachTable.shipped().knows(kind.group(), kind.name(), kind.version());
    }

    /**
     * Gives an object the version that it was written in where rules do not know that one: it may have fields there that do not show in the version that it
     * was read in.
     */
    public static ObjectNode asWritten(Kind<?> kind, ObjectNode object) {
        if (is(kind)) {
            for (JsonNode writer : object.at("/metadata/managedFields")) {
                String[] version = writer.path("apiVersion").asText().split("/", -1);
                if (version.length == 2
                        && version[0].equals(kind.group())
                        && !ReachTable.shipped().knows(kind.group(), kind.name(), version[1])) {
                    return object.put("apiVersion", kind.group() + "/" + version[1]);
                }
            }
        }
        return object;
    }
}
