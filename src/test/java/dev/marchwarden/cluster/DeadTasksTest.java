package dev.marchwarden.cluster;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watch or a lease that an {@link Error} ended would look well for ever: {@code /livez} names it. */
@Timeout(30)
class DeadTasksTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    @Test
    void watchesAndTheLeaseAreSeenToDie(@TempDir Path directory) throws Exception {
        BackgroundTasks tasks = new BackgroundTasks();
        try (StandInApiServer api = StandInApiServer.start()) {
            ClusterConfig config = ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("config"), "ann"));
            config.config().setOauthTokenProvider(() -> {
                throw new StackOverflowError("as of any bug");
            });
            try (LiveCluster cluster = new LiveCluster(tasks, new ApiServer(config), "usergroup", Timing.DEFAULT);
                    LiveSecret secret = new LiveSecret(
                            tasks,
                            cluster.api(),
                            NamespacedName.parse("mesh/tls"),
                            Timing.DEFAULT,
                            DEADLINE,
                            () -> {});
                    LiveWebhooks webhooks = new LiveWebhooks(
                            tasks,
                            cluster.api(),
                            "marchwarden",
                            Timing.DEFAULT,
                            DEADLINE,
                            () -> {},
                            () -> TwinState.UNKNOWN);
                    LeaderLease lease = new LeaderLease(
                            tasks,
                            cluster.api(),
                            NamespacedName.parse("mesh/leader"),
                            "a",
                            LeaseTiming.DEFAULT,
                            System::nanoTime,
                            () -> {})) {
                cluster.start();
                secret.start();
                webhooks.start();
                lease.start();
                await("all are dead", () -> tasks.dead().size() == 5);
                assertThat(tasks.dead())
                        .containsExactlyInAnyOrder(
                                "watch of namespaces",
                                "watch of Secret mesh/tls",
                                "watch of ValidatingWebhookConfiguration marchwarden",
                                "watch of MutatingWebhookConfiguration marchwarden",
                                "lease mesh/leader");
            }
        }
    }
}
