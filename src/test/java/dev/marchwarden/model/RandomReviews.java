package dev.marchwarden.model;

import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.policy.NamespaceState;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Reviews of any write of any namespace in a cluster that nobody has looked after, the same for the same seed. */
public final class RandomReviews {
    /** How many of each tenancy; {@code -Dmarchwarden.random.reviews=30000} takes two minutes more. */
    public static final int COUNT = Integer.getInteger("marchwarden.random.reviews", 3_000);

    /** {@code -Dmarchwarden.random.seed=7} for others. */
    public static final long SEED = Long.getLong("marchwarden.random.seed", 20261127);

    /** Of the same cluster, one after the other. */
    private static final int WRITES_TO_A_CLUSTER = 10;

    private static final World WORLD = World.of(
                    "seven namespaces, all labels",
                    List.of("app-1", "app-2", "app-3", "app-4", "system-1", "system-2", "kube-system"),
                    World.USERGROUPS,
                    World.REVISIONS)
            .with("istio-injection", World.INJECTION)
            .with("istio.io/dataplane-mode", World.MODE)
            .with("istio.io/use-waypoint-namespace", World.WAYPOINT)
            .with("topology.istio.io/network", List.of("(absent)", "network-1", ""));

    private RandomReviews() {}

    /** Takes a review, and the namespaces that are there. */
    @FunctionalInterface
    public interface Judge {
        void judge(NamespaceReview review, Collection<NamespaceState> namespaces) throws Exception;
    }

    public static void judge(long seed, int count, Judge judge) throws Exception {
        Random random = new Random(seed);
        Cluster cluster = Cluster.EMPTY;
        for (int i = 0; i < count; i++) {
            if (i % WRITES_TO_A_CLUSTER == 0) {
                cluster = WORLD.anyCluster(random);
            }
            judge.judge(
                    WORLD.anyWrite(cluster, random).review(cluster, "uid-" + i),
                    cluster.namespaces().values());
        }
    }
}
