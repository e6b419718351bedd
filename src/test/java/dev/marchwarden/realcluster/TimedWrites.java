package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Writes of a member's labels by the cluster admin, one after the other, to and fro between two revisions. */
final class TimedWrites {
    private TimedWrites() {}

    /** How long each took, in nanoseconds; fails where one is not taken. */
    static List<Long> of(TestCluster cluster, String namespace, int writes) throws Exception {
        List<Long> nanos = new ArrayList<>();
        try (ClusterApi api = cluster.controlPlane().api()) {
            for (int i = 0; i < writes; i++) {
                String revision = i % 2 == 0 ? "usergroup-1-canary" : "usergroup-1";
                JsonNode patch = ClusterApi.JSON.readTree(
                        "{\"metadata\": {\"labels\": {\"istio.io/rev\": \"" + revision + "\"}}}");
                long start = System.nanoTime();
                assertThat(api.patch("/api/v1/namespaces/" + namespace, "merge", patch))
                        .isTrue();
                nanos.add(System.nanoTime() - start);
            }
        }
        return nanos;
    }
}
