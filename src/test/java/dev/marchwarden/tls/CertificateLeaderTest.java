package dev.marchwarden.tls;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.Lifetimes;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep;
import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import dev.marchwarden.certificates.SecretPair;
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
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leaders that die at every step of a rotation: the next one goes on where that one was, and nothing is untrusted meanwhile. */
@Timeout(120)
class CertificateLeaderTest {
    private static final String HOST = "marchwarden.mesh.svc";
    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final String MUTATING = "mutatingwebhookconfigurations";
    private static final String FREE_LEASE =
            "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, spec: {}}";
    private static final LeaseTiming LEASE =
            new LeaseTiming(Duration.ofSeconds(1), Duration.ofMillis(700), Duration.ofMillis(50), DEADLINE);
    private static final Lifetimes LIFETIMES = new Lifetimes(
            Lifetimes.DEFAULT.authority(),
            Lifetimes.DEFAULT.leaf(),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private int leaders;
    private int publications;

    @BeforeEach
    void open() {
        api.put("mesh", Map.of());
        api.put("{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: mesh}, data: null}");
        api.put(FREE_LEASE);
        for (String kind : List.of("Validating", "Mutating")) {
            api.put(
                    "{apiVersion: admissionregistration.k8s.io/v1, kind: " + kind + "WebhookConfiguration, metadata: "
                            + "{name: marchwarden}, webhooks: [{name: a.marchwarden.dev, sideEffects: None, "
                            + "admissionReviewVersions: [v1], clientConfig: {service: {name: marchwarden, namespace: mesh}}}]}");
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
    }

    /** Does one step, then no more, and loses its connection: a process that was killed. */
    private final class Mortal implements StepPlanner {
        private final StepPlanner planner =
                new IssuingPlanner("Secret mesh/tls", new Rotation(LIFETIMES, List.of(HOST)), () -> null);
        private final ApiServer connection;
        private final boolean midway;

        /** Ends its pause after a failure. */
        Runnable wake = () -> {};

        volatile String did = "";
        volatile boolean dead;

        /** Whether there is nothing to do but what a certificate's age asks for. */
        volatile boolean atRest;

        /** @param midway whether it dies between the two writes of a publication, as every other one does then */
        Mortal(ApiServer connection, boolean midway) {
            this.connection = connection;
            this.midway = midway;
        }

        @Override
        public RotationStep next(Map<String, byte[]> secret, @Nullable Publication publication, Instant now) {
            if (!did.isEmpty()) {
                connection.close();
                dead = true;
                throw new IllegalStateException("dead");
            }
            RotationStep step = planner.next(secret, publication, now);
            if (step instanceof Publish && midway && publications++ % 2 == 0) {
                api.fail(Call.WRITE, MUTATING, 500);
            }
            if (step instanceof Rest rest) {
                atRest = rest.until().isAfter(now.plus(LIFETIMES.leaf().dividedBy(2)));
            }
            did = switch (step) {
                case Store store -> store.change().spelling();
                case Publish publish -> "publish";
                case Rest rest -> "";
            };
            return step;
        }
    }

    private Mortal lead(boolean midway) throws Exception {
        return lead(midway, InstantSource.system());
    }

    private Mortal lead(boolean midway, InstantSource clock) throws Exception {
        String identity = "leader-" + ++leaders;
        ApiServer connection = connect(identity);
        Mortal mortal = new Mortal(connection, midway);
        CertificateLeader leader = leader(connection, identity, mortal, () -> true, clock);
        mortal.wake = leader::wake;
        return mortal;
    }

    private ApiServer connect(String identity) throws Exception {
        return new ApiServer(ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve(identity), identity)));
    }

    private CertificateLeader leader(
            ApiServer connection, String identity, StepPlanner planner, BooleanSupplier serving, InstantSource clock) {
        BackgroundTasks tasks = new BackgroundTasks();
        LiveSecret secret =
                new LiveSecret(tasks, connection, NamespacedName.parse("mesh/tls"), Timing.DEFAULT, DEADLINE, () -> {});
        LiveWebhooks webhooks = new LiveWebhooks(
                tasks, connection, "marchwarden", Timing.DEFAULT, DEADLINE, () -> {}, () -> TwinState.UNKNOWN);
        LeaderLease lease = new LeaderLease(
                tasks, connection, NamespacedName.parse("mesh/leader"), identity, LEASE, System::nanoTime, () -> {});
        CertificateLeader leader =
                new CertificateLeader(tasks, lease, secret, webhooks, planner, serving, Duration.ofMillis(20), clock);
        opened.addFirst(connection);
        opened.addFirst(leader);
        lease.start();
        leader.start();
        return leader;
    }

    /** What one leader after the other did before it died, until there is no more to do. */
    private List<String> rotate(boolean midway, Set<X509Certificate> trusted) throws Exception {
        List<String> done = new ArrayList<>();
        while (true) {
            Mortal leader = lead(midway);
            await("a step or rest", () -> leader.atRest || !leader.did.isEmpty());
            if (leader.did.isEmpty()) {
                freeLease(leader);
                return done;
            }
            done.add(leader.did);
            String step = leader.did;
            leader.wake.run();
            await("dead after " + step, () -> leader.dead);
            freeLease(leader);
            api.restore(Call.WRITE);
            assertThat(publication().hasAll(trusted)).as("after " + step).isTrue();
        }
    }

    /** Its lease has run out: that the next one waits for that is the subject of the lease's own test. */
    private void freeLease(Mortal leader) {
        leader.connection.close();
        api.put(FREE_LEASE);
    }

    private Map<String, byte[]> secret() {
        Map<String, byte[]> data = new HashMap<>();
        JsonNode found = Objects.requireNonNull(api.find("secrets", "mesh", "tls"));
        found.path("data")
                .forEachEntry(
                        (entry, content) -> data.put(entry, Base64.getDecoder().decode(content.asText())));
        return data;
    }

    private Publication publication() {
        List<byte[]> bundles = new ArrayList<>();
        for (String plural : List.of("validatingwebhookconfigurations", MUTATING)) {
            JsonNode found =
                    Objects.requireNonNull(api.find(plural + ".admissionregistration.k8s.io", "", "marchwarden"));
            bundles.add(Base64.getDecoder()
                    .decode(found.at("/webhooks/0/clientConfig/caBundle").asText("")));
        }
        return Publication.of(bundles);
    }

    @Test
    void aLeaderDiesAfterEachStep() throws Exception {
        assertThat(rotate(false, Set.of())).containsExactly("found", "publish");
        loseTheKey();
        assertThat(rotate(false, Set.of(inUse().authority())))
                .containsExactly("add-authority", "publish", "note-published", "switch");
        assertThat(publication().hasAll(inUse().authorities())).isTrue();
    }

    @Test
    void aLeaderDiesInTheMiddleOfEachPublication() throws Exception {
        assertThat(rotate(true, Set.of())).startsWith("found", "publish", "publish");
        loseTheKey();
        assertThat(rotate(true, Set.of(inUse().authority())))
                .containsExactly("add-authority", "publish", "publish", "note-published", "switch");
        assertThat(publication().hasAll(inUse().authorities())).isTrue();
    }

    @Test
    void aLeaderWhoseClockIsWrongDoesNothing() throws Exception {
        for (Duration wrong : List.of(Duration.ofDays(-500), Duration.ofMinutes(6), Duration.ofDays(500))) {
            int before = api.seen(Call.WRITE, "leases");
            Mortal leader = lead(false, InstantSource.offset(InstantSource.system(), wrong));
            await("it leads", () -> api.seen(Call.WRITE, "leases") > before + 1);
            Thread.sleep(300);
            assertThat(leader.did).isEmpty();
            freeLease(leader);
        }
        assertThat(api.seen(Call.WRITE, "secrets")).isZero();
    }

    private CertificateLeader immortal(BooleanSupplier serving) throws Exception {
        StepPlanner planner = new IssuingPlanner("Secret mesh/tls", new Rotation(LIFETIMES, List.of(HOST)), () -> null);
        return leader(connect("leader"), "leader", planner, serving, InstantSource.system());
    }

    @Test
    void tellsWhatItHasDoneAndWhatItWaitsFor() throws Exception {
        AtomicBoolean serving = new AtomicBoolean();
        try (LoggedEvents log = LoggedEvents.of(CertificateLeader.class)) {
            CertificateLeader leader = immortal(serving::get);
            await("rest", () -> leader.condition().detail().startsWith("leads; the leaf is renewed on "));
            assertThat(leader.isLeading()).isTrue();
            assertThat(leader.isPending()).isFalse();
            assertThat(leader.changes(Change.FOUND)).isEqualTo(1);
            assertThat(leader.changes(Change.SWITCH)).isZero();
            assertThat(leader.publications()).isEqualTo(1);
            assertThat(log.messages())
                    .hasSize(2)
                    .last()
                    .asString()
                    .matches("webhook configurations: published [0-9a-f]{64} until .*");

            api.put(
                    "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: "
                            + "marchwarden, annotations: {marchwarden.dev/webhooks: '[{name: b.marchwarden.dev, sideEffects: None, "
                            + "admissionReviewVersions: [v1], clientConfig: {service: {name: marchwarden, namespace: mesh}}}]'}}}");
            await("it waits", () -> leader.condition().detail().contains("when this replica has been ready for some"));
            assertThat(leader.isPending()).isTrue();
            serving.set(true);
            await("in force", () -> !leader.isPending());
            await("rest", () -> leader.condition().detail().startsWith("leads; the leaf is renewed on "));
            assertThat(log.messages()).last().asString().endsWith("the webhooks of the release are in force");
            assertThat(log.alarms()).isEmpty();
            assertThat(leader.storeFailures() + leader.publishFailures()).isZero();

            leader.close();
            assertThat(leader.isLeading()).isFalse();
            JsonNode lease = Objects.requireNonNull(api.find("leases.coordination.k8s.io", "mesh", "leader"));
            assertThat(lease.path("spec").has("holderIdentity")).isFalse();
        }
    }

    /** Once, however often it fails so. */
    @Test
    void saysWhatFailsAndGoesOnWhenItNoLongerDoes() throws Exception {
        try (LoggedEvents log = LoggedEvents.of(CertificateLeader.class)) {
            api.fail(Call.WRITE, "secrets", 403);
            CertificateLeader leader = immortal(() -> true);
            await("it says it", () -> leader.condition().detail().contains("; cannot patch Secret mesh/tls, HTTP 403"));
            leader.wake();
            await("again", () -> leader.storeFailures() > 1);
            assertThat(leader.changes(Change.FOUND)).isZero();
            api.restore(Call.WRITE);
            leader.wake();
            await("rest", () -> leader.condition().detail().contains("the leaf is renewed on "));

            api.fail(Call.GET, MUTATING, 500);
            String unread = "cannot get MutatingWebhookConfiguration marchwarden, HTTP 500";
            await("it says that too", () -> leader.condition().detail().contains(unread));
            await("again", () -> leader.publishFailures() > 2);
            api.restore(Call.GET);
            await("rest", () -> leader.condition().detail().contains("the leaf is renewed on "));
            assertThat(log.alarms())
                    .satisfiesExactly(
                            first -> assertThat(first).contains("HTTP 403").endsWith("; trying again"),
                            second -> assertThat(second).contains(unread));
        }
    }

    private SecretPair inUse() throws Exception {
        return SecretPair.read(secret(), "Secret", HOST, Instant.now());
    }

    private void loseTheKey() {
        StringBuilder data = new StringBuilder();
        secret().forEach((entry, content) -> {
            if (!entry.equals("ca.key")) {
                data.append(entry)
                        .append(": ")
                        .append(Base64.getEncoder().encodeToString(content))
                        .append(", ");
            }
        });
        api.put("{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: mesh}, data: {" + data + "}}");
    }
}
