package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.server.RawConnection;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.Trust;
import dev.marchwarden.service.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two replicas is told to go, as in every rollout, while clients keep asking: none of them may notice. */
class DrainTest {
    private static final byte[] REVIEW = RecordedReview.all().getFirst().body();

    @TempDir
    private Path directory;

    /**
     * Stands for the Service in front of the replicas: sends new requests to those that are ready and not being stopped, or, where there is
     * none, to those that are ready and being stopped, as kube-proxy does.
     */
    private static final class Endpoints {
        final List<ServeProcess> ready;
        final List<ServeProcess> terminating = new CopyOnWriteArrayList<>();
        final Map<ServeProcess, AtomicInteger> answered = new ConcurrentHashMap<>();
        final Map<ServeProcess, AtomicInteger> askedToClose = new ConcurrentHashMap<>();
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final SSLContext trust;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean over;

        Endpoints(List<ServeProcess> replicas, SSLContext trust) {
            this.ready = new CopyOnWriteArrayList<>(replicas);
            this.trust = trust;
            for (ServeProcess replica : replicas) {
                answered.put(replica, new AtomicInteger());
                askedToClose.put(replica, new AtomicInteger());
                threads.add(Thread.ofVirtual().start(() -> probe(replica)));
            }
            for (int i = 0; i < 6; i++) {
                int client = i;
                threads.add(Thread.ofPlatform().start(() -> ask(client)));
            }
        }

        private void probe(ServeProcess replica) {
            while (!over) {
                try {
                    if (ReviewClient.get(replica.opsPort(), "/readyz").status() != 200) {
                        ready.remove(replica);
                    }
                    Thread.sleep(100);
                } catch (Exception e) {
                    ready.remove(replica);
                    return;
                }
            }
        }

        /** Each with a connection that it keeps until it is asked not to, and a second one every tenth request. */
        private void ask(int client) {
            @Nullable RawConnection connection = null;
            @Nullable ServeProcess replica = null;
            try {
                for (int i = client; !over; i++) {
                    if (connection == null || replica == null || !inUse().contains(replica)) {
                        if (connection != null) {
                            connection.close();
                        }
                        List<ServeProcess> inUse = inUse();
                        replica = inUse.get(i % inUse.size());
                        connection = RawConnection.open(trust, replica.port());
                    }
                    connection.post("/validate", REVIEW);
                    Reply reply = connection.read();
                    assertThat(reply.status()).isEqualTo(200);
                    assertThat(reply.allowed()).isTrue();
                    count(answered, replica);
                    if (reply.asksToClose()) {
                        count(askedToClose, replica);
                        connection.close();
                        connection = null;
                    }
                    Thread.sleep(4);
                }
                if (connection != null) {
                    connection.close();
                }
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        }

        private List<ServeProcess> inUse() {
            List<ServeProcess> staying =
                    ready.stream().filter(each -> !terminating.contains(each)).toList();
            return staying.isEmpty() ? List.copyOf(ready) : staying;
        }

        private static void count(Map<ServeProcess, AtomicInteger> counts, ServeProcess replica) {
            counts.computeIfAbsent(replica, none -> new AtomicInteger()).incrementAndGet();
        }

        int answered(ServeProcess replica) {
            return answered.getOrDefault(replica, new AtomicInteger()).get();
        }

        int askedToClose(ServeProcess replica) {
            return askedToClose.getOrDefault(replica, new AtomicInteger()).get();
        }

        void awaitEnd() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @Test
    void aReplicaThatIsToldToGoLosesNoRequest() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), RunningService.DAY);
        Path tls = RunningService.write(authority.issue(RunningService.HOSTS, RunningService.DAY), directory);
        SSLContext trust = Trust.in(authority.certificate());
        String[] seconds = {"--drain-seconds", "2", "--finish-seconds", "2"};
        try (ServeProcess leaving = new ServeProcess(directory, "leaving", tls, seconds);
                ServeProcess staying = new ServeProcess(directory, "staying", tls, seconds);
                RawConnection unaware = RawConnection.open(trust, leaving.port());
                RawConnection idle = RawConnection.open(trust, leaving.port())) {
            Endpoints endpoints = new Endpoints(List.of(leaving, staying), trust);
            try {
                RunningService.await(
                        "both are in use", () -> endpoints.answered(leaving) > 50 && endpoints.answered(staying) > 50);
                unaware.post("/validate", REVIEW);
                assertThat(unaware.read().asksToClose()).isFalse();

                leaving.terminate();
                RunningService.await("asks clients to go", () -> endpoints.askedToClose(leaving) > 0);
                endpoints.terminating.add(leaving);

                RunningService.await(
                        "it says that it stops",
                        () -> ReviewClient.get(leaving.opsPort(), "/readyz")
                                .text()
                                .contains("; stopping"));
                assertThat(ReviewClient.get(leaving.opsPort(), "/readyz").status())
                        .as("ready while it drains")
                        .isEqualTo(200);
                assertThat(ReviewClient.get(leaving.opsPort(), "/livez").status())
                        .isEqualTo(200);
                // Whoever has not heard of it yet is served, and asked to go elsewhere.
                unaware.post("/validate", REVIEW);
                Reply last = unaware.read();
                assertThat(last.allowed()).isTrue();
                assertThat(last.asksToClose()).isTrue();
                try (RawConnection late = RawConnection.open(trust, leaving.port())) {
                    late.post("/nowhere", REVIEW);
                    Reply reply = late.read();
                    assertThat(reply.status()).isEqualTo(404);
                    assertThat(reply.asksToClose()).isTrue();
                }
                assertThat(idle.serial()).isEqualTo(unaware.serial());
                assertThat(leaving.exitCode(10)).isIn(143, 0);
                RunningService.await("is no endpoint any more", () -> !endpoints.ready.contains(leaving));
            } finally {
                endpoints.awaitEnd();
            }
            assertThat(endpoints.failures).isEmpty();
            assertThat(endpoints.ready).containsExactly(staying);
            assertThat(endpoints.askedToClose(leaving)).isPositive();
            assertThat(endpoints.askedToClose(staying)).isZero();
            assertThat(leaving.decisions())
                    .as("a line for each answer")
                    .hasSize(endpoints.answered(leaving) + 2)
                    .allSatisfy(
                            line -> assertThat(line).startsWith("{\"time\":\"").endsWith("}"));
            assertThat(leaving.err()).doesNotContain("ERROR", "WARN", "Exception", "interrupted", "reloaded");

            staying.terminate();
            assertThat(staying.exitCode(10)).isIn(143, 0);
            assertThat(staying.decisions()).hasSize(endpoints.answered(staying));
            assertThat(staying.err()).doesNotContain("ERROR", "WARN", "Exception", "interrupted", "reloaded");
        }
    }

    /** The only replica, or all of them at once: whoever comes while it drains is served all the same. */
    @Test
    void theLastReplicaServesNewConnectionsWhileItDrains() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), RunningService.DAY);
        Path tls = RunningService.write(authority.issue(RunningService.HOSTS, RunningService.DAY), directory);
        SSLContext trust = Trust.in(authority.certificate());
        try (ServeProcess only =
                new ServeProcess(directory, "only", tls, "--drain-seconds", "5", "--finish-seconds", "2")) {
            only.terminate();
            RunningService.await(
                    "it stops",
                    () -> ReviewClient.get(only.opsPort(), "/readyz").text().contains("; stopping"));
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos(); // a slow machine does not get to 20
            for (int i = 0; i < 20 && System.nanoTime() < end; i++) {
                assertThat(ReviewClient.get(only.opsPort(), "/readyz").status()).isEqualTo(200);
                try (RawConnection connection = RawConnection.open(trust, only.port())) {
                    connection.post("/validate", REVIEW);
                    assertThat(connection.read().allowed()).isTrue();
                }
            }
            assertThat(only.exitCode(15)).isIn(143, 0);
        }
    }

    @Test
    void aSecondInterruptEndsItAtOnce() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), RunningService.DAY);
        Path tls = RunningService.write(authority.issue(RunningService.HOSTS, RunningService.DAY), directory);
        try (ServeProcess process = new ServeProcess(directory, "impatient", tls, "--drain-seconds", "600")) {
            assumeThat(process.ignoresInterrupts()).isFalse();
            process.interrupt();
            RunningService.await("it drains", () -> process.err().contains("stopping: serving for 600 s more"));
            assertThat(process.isAlive()).isTrue();
            process.interrupt();
            assertThat(process.exitCode(10)).isEqualTo(130);
        }
    }
}
