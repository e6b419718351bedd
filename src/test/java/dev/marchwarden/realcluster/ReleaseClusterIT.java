package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The chart as it is: installed by helm, certificates managed by the replicas and published in the webhook configurations, the API server
 * calling the Service and verifying its name.
 */
class ReleaseClusterIT {
    private static final Path MANIFESTS =
            InstalledCluster.FIXTURES.resolve("manifests").toAbsolutePath();
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration LEAD = Duration.ofSeconds(60);
    /** An authority is published for six minutes before anything that it signed is served. */
    private static final Duration ROTATED = Duration.ofMinutes(8);
    /** In which a write that fails would be seen. */
    private static final int AFTERWARDS_MILLIS = 6_000;

    private final int port = port();
    private TestCluster cluster;
    private Release release;
    private WebhookProcess called;

    private static int port() {
        try {
            return LoopbackPorts.free();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void install() throws Exception {
        cluster = TestCluster.openOwn("release");
        Kubectl admin = cluster.admin();
        admin.must(
                "apply",
                "-f",
                InstalledCluster.FIXTURES
                        .resolve("rights.yaml")
                        .toAbsolutePath()
                        .toString());
        release = new Release(cluster);
        release.helm("install", "--create-namespace");
        release.pointAt(port);
        // Nothing is denied while no pod has ever been ready.
        admin.must("create", "namespace", "early");
        admin.must("label", "namespace", "early", "istio.io/rev=nobody");
        admin.must("delete", "namespace", "early");
        called = release.replica("replica-1", port);
        called.await("in force", SOON, () -> release.isInForceAt(port));
        called.await("published", SOON, () -> release.authorities().stream().noneMatch(String::isEmpty));
        called.await(
                "called",
                SOON,
                () -> admin.run("create", "namespace", "usergroup-1").succeeded());
        for (Step step : Scenario.read(InstalledCluster.FIXTURES.resolve("unreachable/1-before.table"))
                .steps()) {
            if (!step.command().equals(List.of("create", "namespace", "usergroup-1"))) {
                step.play(admin);
            }
        }
    }

    @AfterEach
    void close() throws Exception {
        if (called != null) {
            called.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void issuesPublishesReplacesAndLeavesNothingBehind() throws Exception {
        assertThat(new HashSet<>(release.authorities()))
                .as("one for all")
                .hasSize(1)
                .containsExactly(release.secret("ca.crt"));
        try (Writers writers = new Writers(cluster.admin());
                WebhookProcess other = release.replica("replica-2", LoopbackPorts.free())) {
            String leaf = release.secret("tls.crt");
            double expiry = called.metric("marchwarden_certificate_expiry_timestamp_seconds");
            release.dropFromSecret("tls.crt", "tls.key");
            for (WebhookProcess replica : List.of(called, other)) {
                replica.await(
                        "a new leaf is served",
                        SOON,
                        () -> replica.metric("marchwarden_certificate_expiry_timestamp_seconds") > expiry);
                assertThat(replica.readiness()).startsWith("{\"ready\":true");
            }
            assertThat(release.secret("tls.crt")).isNotEmpty().isNotEqualTo(leaf);
            writers.assertNoneFailed();
        }
        upgrade();
        try (Writers writers = new Writers(cluster.admin())) {
            writers.assertNoneFailed();
        }
        release.helm("uninstall");
        for (String kind : Release.CONFIGURATIONS) {
            assertThat(cluster.admin().run("get", kind, Release.NAME).err()).contains("not found");
        }
        Step.of("- | create -f @route-foreign.yaml | allowed").play(cluster.admin());
    }

    /** What the replicas have written is nobody else's to take away. */
    private void upgrade() throws Exception {
        List<String> before = List.of(release.secret("ca.crt"), release.secret("tls.key"));
        release.pointBack();
        release.helm("upgrade", "--set=replicas=3");
        assertThat(List.of(release.secret("ca.crt"), release.secret("tls.key"))).isEqualTo(before);
        assertThat(new HashSet<>(release.authorities())).containsExactly(before.getFirst());
        release.pointAt(port);
        called.await("in force again", SOON, () -> release.isInForceAt(port));
    }

    @Test
    void whoLeadsIsReplacedWhenItDies() throws Exception {
        int spare = LoopbackPorts.free();
        try (WebhookProcess other = release.replica("replica-2", spare)) {
            called.kill();
            release.pointAt(spare);
            release.dropFromSecret("tls.crt", "tls.key");
            other.await(
                    "it leads and has issued",
                    LEAD,
                    () -> !release.secret("tls.crt").isEmpty());
            other.await("in force", SOON, () -> release.isInForceAt(spare));
            try (Writers writers = new Writers(cluster.admin())) {
                writers.assertNoneFailed();
            }
        }
    }

    @Test
    void theAuthorityIsReplacedWithoutAGap() throws Exception {
        assumeTrue(Boolean.getBoolean("cluster.rotation"), "takes seven minutes; set -Dcluster.rotation=true");
        String before = release.secret("ca.crt");
        try (Writers writers = new Writers(cluster.admin())) {
            release.dropFromSecret("ca.key");
            called.await(
                    "both are trusted",
                    SOON,
                    () -> new HashSet<>(release.authorities())
                            .stream().allMatch(bundle -> bundle.length() > before.length() * 3 / 2));
            String leaf = release.secret("tls.crt");
            double expiry = called.metric("marchwarden_certificate_expiry_timestamp_seconds");
            called.await(
                    "a leaf of the new authority",
                    ROTATED,
                    () -> !release.secret("tls.crt").equals(leaf));
            called.await(
                    "is served",
                    SOON,
                    () -> called.metric("marchwarden_certificate_expiry_timestamp_seconds") > expiry);
            Thread.sleep(AFTERWARDS_MILLIS);
            assertThat(called.readiness()).startsWith("{\"ready\":true");
            writers.assertNoneFailed();
        }
    }

    /** Two people who write all the time: one who may, one who may not. */
    private static final class Writers implements AutoCloseable {
        private final Writer own;
        private final Writer thief;

        Writers(Kubectl admin) {
            own = Writer.applying(admin.as("alice", List.of("team-1")), MANIFESTS.resolve("route-own.yaml"));
            thief = Writer.applying(admin.as("bob", List.of()), MANIFESTS.resolve("route-foreign.yaml"));
        }

        void assertNoneFailed() throws InterruptedException {
            Thread.sleep(AFTERWARDS_MILLIS);
            System.out.println("written: " + own + " " + thief);
            assertThat(own.count("allowed")).isPositive();
            assertThat(thief.count("denied")).isPositive();
            assertThat(own.failures()).isEmpty();
            assertThat(thief.failures()).isEmpty();
            assertThat(List.of(
                            own.count("not called"),
                            own.count("denied"),
                            thief.count("not called"),
                            thief.count("allowed")))
                    .as("%s %s", own, thief)
                    .containsOnly(0);
        }

        @Override
        public void close() {
            own.close();
            thief.close();
        }
    }
}
