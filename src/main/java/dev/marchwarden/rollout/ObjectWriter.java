package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.bootstrap.Comparison;
import dev.marchwarden.bootstrap.Difference;
import dev.marchwarden.bootstrap.ObjectId;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Applies the desired objects: applied for what they lack, and patched for what an apply leaves because others have set it. */
final class ObjectWriter {
    /** Somebody may write at the same time. */
    private static final int ATTEMPTS = 4;

    /** A kind is served some moments after its definition is there. */
    private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);

    private final ClusterClient cluster;
    private final WaitLimits limits;

    ObjectWriter(ClusterClient cluster, WaitLimits limits) {
        this.cluster = cluster;
        this.limits = limits.atMost(SERVED_WITHIN);
    }

    void write(JsonNode desired) throws IOException {
        ObjectId name = ObjectId.of(desired);
        Kind<?> kind = Kind.named(name.apiVersion(), name.kind());
        JsonNode stored = applied(desired);
        List<Difference> left = Comparison.ofObjects(desired, stored);
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException(name + " is changed back after it was written, " + left.getFirst()
                        + " (expected: nobody else who writes this field; metadata.managedFields says who does)");
            }
            try {
                stored = cluster.patch(kind, stored, patch(left));
            } catch (ClusterException e) {
                if (!e.isConflict()) {
                    throw e;
                }
                stored = Objects.requireNonNullElse(cluster.findTree(kind, name.namespace(), name.name()), stored);
            }
            left = Comparison.ofObjects(desired, stored);
        }
    }

    private JsonNode applied(JsonNode desired) throws IOException {
        List<JsonNode> stored = new ArrayList<>();
        List<ClusterException> refused = new ArrayList<>();
        boolean served = limits.until(() -> {
            try {
                stored.add(cluster.apply(desired));
                return true;
            } catch (ClusterException e) {
                if (!e.isMissing() && !e.isBusy()) {
                    throw e;
                }
                refused.add(e);
                return false;
            }
        });
        if (!served) {
            throw refused.getLast();
        }
        return stored.getFirst();
    }

    /** Backwards: what is taken out of a list then leaves the places of the others. */
    static JsonPatch patch(List<Difference> differences) {
        JsonPatch patch = new JsonPatch();
        for (Difference each : differences) {
            if (each.desired().isMissingNode()) {
                continue;
            }
            if (each.actual().isMissingNode()) {
                patch.add(each.pointer(), each.desired());
            } else {
                patch.replace(each.pointer(), each.desired());
            }
        }
        for (Difference each : differences.reversed()) {
            if (each.desired().isMissingNode()) {
                patch.remove(each.pointer());
            }
        }
        return patch;
    }
}
