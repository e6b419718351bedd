package dev.marchwarden.tls;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.Lifetimes;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LeaderLease;
import dev.marchwarden.cluster.LeaseTiming;
import dev.marchwarden.cluster.LiveSecret;
import dev.marchwarden.cluster.LiveWebhooks;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.cluster.TwinState;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.LoggedEvents;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP 422 is a lost race only where the Secret has changed: one that the API server finds invalid is said once, counted, and tried again later. */
@Timeout(30)
class InvalidSecretTest {
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    @Test
    void isSaidOnceAndCounted(@TempDir Path directory) throws Exception {
        BackgroundTasks tasks = new BackgroundTasks();
        try (StandInApiServer server = StandInApiServer.start();
                LoggedEvents logged = LoggedEvents.of(CertificateLeader.class);
                ApiServer api =
                        new ApiServer(ClusterConfig.ofKubeconfig(server.kubeconfig(directory.resolve("kc"), "ann")))) {
            server.put("mesh", Map.of());
            server.put("{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: mesh}, data: null}");
            server.put(
                    "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, spec: {}}");
            server.fail(Call.WRITE, "secrets", 422);
            NamespacedName name = NamespacedName.parse("mesh/leader");
            LeaderLease lease = new LeaderLease(tasks, api, name, "a", LeaseTiming.DEFAULT, System::nanoTime, () -> {});
            try (CertificateLeader leader = CertificateLeader.issuing(
                    tasks,
                    lease,
                    new LiveSecret(tasks, api, NamespacedName.parse("mesh/tls"), Timing.DEFAULT, DEADLINE, () -> {}),
                    new LiveWebhooks(
                            tasks, api, "marchwarden", Timing.DEFAULT, DEADLINE, () -> {}, () -> TwinState.UNKNOWN),
                    new Rotation(Lifetimes.DEFAULT, List.of("marchwarden.mesh.svc")),
                    () -> null,
                    () -> true,
                    Duration.ofMinutes(1),
                    InstantSource.system())) {
                lease.start();
                await("it leads", lease::isHeld);
                leader.start();
                await("it is counted", () -> leader.storeFailures() == 1);
                await("it is said", () -> leader.condition().detail().contains("HTTP 422: told to fail"));
                leader.wake();
                await("it is tried again", () -> leader.storeFailures() >= 2);
                assertThat(server.seen(Call.WRITE, "secrets")).isLessThan(5);
                server.restore(Call.WRITE);
                leader.wake();
                await("it is stored", () -> leader.changes(Change.FOUND) == 1);
            }
            assertThat(logged.alarms())
                    .containsExactly(
                            "certificates: cannot patch Secret mesh/tls, HTTP 422: told to fail; trying again");
        }
    }
}
