package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chart with {@code twin.mode=fallback}: every replica is killed, and the API server goes on by the policies that they left there. */
class FallbackClusterIT {
    private static final Path SCENARIOS = InstalledCluster.FIXTURES.resolve("fallback");
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String TWIN = "-l=app.kubernetes.io/component=twin";
    private static final String KINDS = "validatingadmissionpolicies,validatingadmissionpolicybindings";

    private TestCluster cluster;
    private Release release;
    private WebhookProcess called;
    private int port;

    @BeforeEach
    void install() throws Exception {
        cluster = TestCluster.openOwn("fallback");
        TestCluster.require(
                cluster.hasControllers(),
                "the policies are deleted by kube-controller-manager; put it into the directory that KUBEBUILDER_ASSETS names");
        port = LoopbackPorts.free();
        cluster.admin()
                .must(
                        "apply",
                        "-f",
                        InstalledCluster.FIXTURES
                                .resolve("rights.yaml")
                                .toAbsolutePath()
                                .toString());
        release = new Release(cluster);
        release.helm("install", "--create-namespace", "--set=twin.mode=fallback");
        release.pointAt(port);
        called = release.replica("replica-1", port);
        called.await("the twin is there", SOON, () -> twin().size() == 6);
        called.await("in force", SOON, () -> release.isInForceAt(port));
        for (Step step : Scenario.read(InstalledCluster.FIXTURES.resolve("unreachable/1-before.table"))
                .steps()) {
            step.play(cluster.admin());
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

    private List<String> twin() throws IOException, InterruptedException {
        return cluster.admin().must("get", KINDS, TWIN, "-o", "name").lines().toList();
    }

    private void awaitTwin(String what, int objects) throws Exception {
        Instant end = Instant.now().plus(SOON);
        while (twin().size() != objects) {
            assertThat(Instant.now()).as(what + ": " + twin()).isBefore(end);
            Thread.sleep(500);
        }
    }

    @Test
    void theTwinDecidesWhileNobodyAnswersAndGoesWithTheRelease() throws Exception {
        called.kill();
        for (Scenario scenario : Scenario.all(SCENARIOS)) {
            for (Step step : scenario.steps()) {
                step.play(cluster.admin());
                System.out.println("nobody answers: " + step);
            }
        }
        called = release.replica("replica-2", port);
        called.await(
                "it leads and keeps the twin", SOON, () -> called.readiness().contains("as the tenancy says"));

        cluster.admin().must("delete", "validatingadmissionpolicybinding", "namespaces-deny.twin.marchwarden.dev");
        awaitTwin("what was deleted is made again", 6);
        cluster.admin()
                .must(
                        "patch",
                        "validatingadmissionpolicy",
                        "namespaces-deny.twin.marchwarden.dev",
                        "--type=merge",
                        "-p",
                        "{\"spec\": {\"matchConstraints\": {\"objectSelector\": {\"matchLabels\": {\"never\": \"there\"}}}}}");
        called.await(
                "what was changed is put right",
                SOON,
                () -> cluster.admin()
                        .must(
                                "get",
                                "validatingadmissionpolicy",
                                "namespaces-deny.twin.marchwarden.dev",
                                "-o",
                                "jsonpath={.spec.matchConstraints.objectSelector}")
                        .equals("{}"));

        release.pointBack();
        // The annotation that the API server is pointed here by is a change of this test, and not of a user.
        release.helm("upgrade", "--set=twin.mode=off", "--force-conflicts");
        awaitTwin("off", 0);
        release.helm("upgrade", "--set=twin.mode=belt", "--force-conflicts");
        awaitTwin("on again", 6);
        release.helm("uninstall");
        awaitTwin("uninstalled", 0);
    }
}
