package dev.marchwarden.cluster;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.LoggedEvents;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At most one replica leads, and soon one does, whatever becomes of the others. */
@Timeout(60)
class LeaderLeaseTest {
    private static final LeaseTiming TIMING = new LeaseTiming(
            Duration.ofSeconds(2), Duration.ofMillis(1_400), Duration.ofMillis(50), Duration.ofMillis(500));

    @TempDir
    private Path directory;

    private final BackgroundTasks tasks = new BackgroundTasks();
    private final StandInApiServer api = StandInApiServer.start();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();

    /** A replica, with a connection of its own that can be cut. */
    private record Replica(LeaderLease lease, ApiServer connection) {}

    @BeforeEach
    void open() {
        api.put("mesh", Map.of());
        api.put("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}}");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        api.close();
    }

    private Replica replica(String identity) throws Exception {
        return replica(identity, TIMING, System::nanoTime);
    }

    private Replica replica(String identity, LeaseTiming timing, LongSupplier nanoTime) throws Exception {
        ApiServer connection =
                new ApiServer(ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve(identity), identity)));
        LeaderLease lease = new LeaderLease(
                tasks,
                connection,
                NamespacedName.parse("mesh/leader"),
                identity,
                timing,
                nanoTime,
                taken::incrementAndGet);
        opened.add(connection);
        opened.addFirst(lease);
        lease.start();
        return new Replica(lease, connection);
    }

    private JsonNode spec() {
        return Objects.requireNonNull(api.find("leases.coordination.k8s.io", "mesh", "leader"))
                .path("spec");
    }

    @Test
    void oneLeadsAndRenews() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        Replica two = replica("two");
        String renewed = spec().path("renewTime").asText();
        await("renewed", () -> !spec().path("renewTime").asText().equals(renewed));
        assertThat(renewed).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("one");
        assertThat(spec().path("leaseDurationSeconds").asInt()).isEqualTo(2);
        Thread.sleep(TIMING.duration());
        assertThat(two.lease().isHeld()).isFalse();
        assertThat(two.lease().detail()).isEqualTo("one leads");
        assertThat(taken.get()).isEqualTo(1);
    }

    /** 422 is a lost race only where the lease has changed: one that the API server finds invalid is said. */
    @Test
    void aLeaseThatIsInvalidIsSaid() throws Exception {
        api.fail(Call.WRITE, 422);
        String problem = "cannot patch Lease mesh/leader, HTTP 422";
        try (LoggedEvents log = LoggedEvents.of(LeaderLease.class)) {
            Replica one = replica("one");
            await("it is said", () -> one.lease().detail().startsWith("nobody leads; " + problem));
            assertThat(one.lease().isHeld()).isFalse();
            api.restore(Call.WRITE);
            await("it leads", () -> one.lease().isHeld());
            assertThat(one.lease().detail()).isEqualTo("leads");
            assertThat(log.alarms()).singleElement().asString().startsWith(problem);
        }
    }

    /** By the clock of the one who would take it over, from when it first saw the lease so. */
    @ParameterizedTest
    @CsvSource({"'leaseDurationSeconds: 60, ', 60", "'leaseDurationSeconds: 0, ', 2", "'', 2"})
    void aLeaseThatIsNotRenewedIsTakenOverWhenItHasRunOut(String duration, int seconds) throws Exception {
        putHolder("somebody", duration);
        AtomicLong now = new AtomicLong();
        Replica one = replica("one", TIMING, now::get);
        await("it has looked", () -> one.lease().detail().equals("somebody leads"));
        now.set(Duration.ofSeconds(seconds).toNanos());
        int looks = api.seen(Call.GET, "leases");
        await("it has looked again", () -> api.seen(Call.GET, "leases") > looks + 2);
        assertThat(one.lease().isHeld()).isFalse();
        now.incrementAndGet();
        await("it leads", () -> one.lease().isHeld());
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("one");
    }

    private void putHolder(String holder, String more) {
        api.put("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, spec: {"
                + more + "holderIdentity: " + holder + "}}");
    }

    /** A person who edits it, say. */
    @Test
    void whatSomebodyElseHasTakenIsNotHeldNorReleased() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        int looks = api.seen(Call.GET, "leases");
        putHolder("somebody", "leaseDurationSeconds: 60, ");
        await("it has looked", () -> api.seen(Call.GET, "leases") > looks + 2);
        assertThat(one.lease().detail()).isEqualTo("somebody leads");
        assertThat(one.lease().isHeld()).isFalse();
        one.lease().close();
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("somebody");
    }

    /** Such a renewal makes the copy of the lease stale from which it is released. */
    @Test
    void isReleasedWhenARenewalWasInterrupted() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        api.holdAnswers(Call.WRITE);
        await("the answer to a renewal is held", () -> api.answersHeld() > 0);
        Thread closing = Thread.ofVirtual().start(one.lease()::close);
        await("it does not lead", () -> !one.lease().isHeld());
        api.restore(Call.WRITE);
        closing.join();
        assertThat(spec().has("holderIdentity")).isFalse();
        assertThat(spec().path("leaseTransitions").asInt()).isEqualTo(1);
    }

    /** It is somebody else's by then: what it writes to is what it holds no more. */
    @Test
    void isNotReleasedWhenSomebodyTookItMeanwhile() throws Exception {
        LeaseTiming slow =
                new LeaseTiming(TIMING.duration(), TIMING.yield(), Duration.ofSeconds(30), TIMING.deadline());
        Replica one = replica("one", slow, System::nanoTime);
        await("it leads", () -> one.lease().isHeld());
        putHolder("somebody", "");
        try (LoggedEvents log = LoggedEvents.of(LeaderLease.class)) {
            one.lease().close();
            assertThat(log.alarms())
                    .singleElement()
                    .asString()
                    .startsWith("Lease mesh/leader is not released, and expires in 2 s: ");
        }
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("somebody");
    }

    @Test
    void oneThatDiesIsFollowedWhenItsLeaseHasRunOutAndNotBefore() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        Replica two = replica("two");
        await("it has looked", () -> two.lease().detail().equals("one leads"));
        long died = System.nanoTime();
        one.connection().close();
        while (!two.lease().isHeld()) {
            assertThat(one.lease().isHeld() && two.lease().isHeld()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(Duration.ofSeconds(20));
            Thread.sleep(5);
        }
        assertThat(one.lease().isHeld()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - died))
                .isGreaterThan(TIMING.duration().minus(TIMING.retry().multipliedBy(2)));
        assertThat(spec().path("leaseTransitions").asInt()).isEqualTo(2);
    }

    @Test
    void oneThatIsClosedIsFollowedAtOnce() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        Replica two = replica("two");
        await("it has looked", () -> two.lease().detail().equals("one leads"));
        long begin = System.nanoTime();
        one.lease().close();
        await("the other leads", () -> two.lease().isHeld());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMING.duration());
    }

    @Test
    void aSpecThatIsTamperedWithIsNoMatter() throws Exception {
        Replica one = replica("one");
        await("it leads", () -> one.lease().isHeld());
        api.put(
                "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, "
                        + "spec: {holderIdentity: somebody, leaseDurationSeconds: 1, renewTime: '2099-01-01T00:00:00.000000Z'}}");
        await(
                "it leads no more",
                () -> spec().path("holderIdentity").asText().equals("one")
                        || !one.lease().isHeld());
        await(
                "and again, as nobody renews",
                () -> one.lease().isHeld()
                        && spec().path("holderIdentity").asText().equals("one"));
    }

    @Test
    void withoutAnApiServerNobodyLeads() throws Exception {
        Replica one = replica("one");
        Replica two = replica("two");
        await("one leads", () -> one.lease().isHeld() || two.lease().isHeld());
        api.goAway();
        await("nobody leads", () -> !one.lease().isHeld() && !two.lease().isHeld());
        assertThat(one.lease().detail()).contains("; cannot ask for Lease mesh/leader: ");
        api.comeBack();
        await("one leads again", () -> one.lease().isHeld() != two.lease().isHeld());
    }

    @Test
    void neverTwoAtOnceUnderFaults() throws Exception {
        List<Replica> all = List.of(replica("one"), replica("two"), replica("three"));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger twice = new AtomicInteger();
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                if (all.stream().filter(each -> each.lease().isHeld()).count() > 1) {
                    twice.incrementAndGet();
                }
            }
        });
        try {
            for (int i = 0; i < 4; i++) {
                await(
                        "one leads",
                        () -> all.stream().anyMatch(each -> each.lease().isHeld()));
                api.fail(Call.WRITE, 409);
                Thread.sleep(i * 400L);
                api.restore(Call.WRITE);
                api.hold(Call.WRITE);
                Thread.sleep(i * 300L);
                api.restore(Call.WRITE);
                api.fail(Call.GET, 500);
                Thread.sleep(200);
                api.restore(Call.GET);
            }
        } finally {
            over.set(true);
            watcher.join();
        }
        assertThat(twice.get()).isZero();
        await("one leads", () -> all.stream().anyMatch(each -> each.lease().isHeld()));
    }

    @Test
    void aLeaseThatDoesNotExistIsSaidAndNotMade() throws Exception {
        api.remove("leases.coordination.k8s.io", "mesh", "leader");
        Replica one = replica("one");
        await("it is said", () -> one.lease().detail().contains("cannot get Lease mesh/leader, HTTP 404"));
        assertThat(api.find("leases.coordination.k8s.io", "mesh", "leader")).isNull();
    }

    /** Others count from when they see the renewal, which may be long before its answer is here. */
    @Test
    void itLastsFromTheSendingAndNotFromTheAnswer() throws Exception {
        api.holdAnswers(Call.WRITE);
        Replica one = replica("one");
        await("written", () -> spec().path("holderIdentity").asText().equals("one"));
        long written = System.nanoTime();
        Thread.sleep(300);
        api.restore(Call.WRITE);
        await("it leads", () -> one.lease().isHeld());
        api.fail(Call.WRITE, 500);
        await("it leads no more", () -> !one.lease().isHeld());
        assertThat(Duration.ofNanos(System.nanoTime() - written))
                .isLessThan(TIMING.yield().plusMillis(150));
    }
}
