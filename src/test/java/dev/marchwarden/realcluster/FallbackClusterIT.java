package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.twin.CelTwin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chart with {@code twin.mode=fallback}: every replica is killed, and the API server goes on by the policies that they left there. */
class FallbackClusterIT {
    private static final Path SCENARIOS = InstalledCluster.FIXTURES.resolve("fallback");
    private static final Duration SOON = Duration.ofSeconds(40);

    /** The lease of a replica that was killed runs out, the next one is ready for some seconds, and the twin is there for some. */
    private static final Duration AFTER_A_KILL = Duration.ofMinutes(2);

    private static final String TWIN = "-l=app.kubernetes.io/component=twin";
    private static final String KINDS = "validatingadmissionpolicies,validatingadmissionpolicybindings";

    private static final int WARM_UP = 200;
    private static final int WRITES = 1_000;

    /** Of the twin: policies for namespaces that deny, for configuration and workloads that deny and that warn, and their bindings. */
    private static final int OBJECTS = 10;

    /** In which the API server follows a change of what it enforces. */
    private static final int SETTLED_MILLIS = 5_000;

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
        called.await("the twin is there", SOON, () -> twin().size() == OBJECTS);
        called.await("in force", SOON, () -> release.isInForceAt(port));
        called.await(
                "the webhook relies on the twin",
                AFTER_A_KILL,
                () -> decided("failurePolicy").equals("Ignore"));
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

    /** A field of the webhook that the twin stands in for; empty where there is none. */
    private String decided(String field) throws Exception {
        for (JsonNode webhook :
                release.configuration(Release.CONFIGURATIONS.getFirst()).path("webhooks")) {
            if (webhook.path("name").asText().equals("namespaces.marchwarden.dev")) {
                return webhook.path(field).findValuesAsText("name").isEmpty()
                        ? webhook.path(field).asText()
                        : String.join(" ", webhook.path(field).findValuesAsText("name"));
            }
        }
        return "";
    }

    /** With {@code off} there is no twin, and a replica of that time copies the webhooks of {@code fallback}. */
    @Test
    void fromOffToFallbackThereIsAlwaysOneThatDecides() throws Exception {
        switchTo("off", "replica-2");
        awaitTwin("off", 0);
        assertThat(decided("failurePolicy")).isEqualTo("Fail");

        WebhookProcess before = called;
        release.pointBack();
        release.helm("upgrade", "--set=twin.mode=fallback", "--force-conflicts");
        release.pointAt(port);
        before.await(
                "the old replica copies the new list",
                SOON,
                () -> decided("matchConditions").contains("is-decided-by-the-twin"));
        Thread.sleep(SETTLED_MILLIS);
        assertThat(decided("failurePolicy")).as("without the twin").isEqualTo("Fail");
        assertThat(twin()).isEmpty();

        before.kill();
        called = release.replica("replica-3", port);
        Instant end = Instant.now().plus(AFTER_A_KILL);
        int closed = 0;
        while (decided("failurePolicy").equals("Fail")) {
            closed++;
            assertThat(Instant.now()).as(called.readiness()).isBefore(end);
        }
        assertThat(twin()).as("it fails open").hasSize(OBJECTS);
        System.out.println(
                "off to fallback: " + closed
                        + " times seen failing closed, then open with the twin there; its policies checked: "
                        + cluster.admin()
                                .must(
                                        "get",
                                        "validatingadmissionpolicies",
                                        TWIN,
                                        "-o",
                                        "jsonpath={range .items[*]}{.metadata.name} {.status.observedGeneration}{\"; \"}{end}"));

        cluster.admin().must("delete", "validatingadmissionpolicybinding", "namespaces-deny.twin.marchwarden.dev");
        called.await(
                "it closes when the twin is not whole",
                SOON,
                () -> decided("failurePolicy").equals("Fail"));
        called.await(
                "and opens again", AFTER_A_KILL, () -> decided("failurePolicy").equals("Ignore"));
    }

    private void switchTo(String mode, String replica) throws Exception {
        release.pointBack();
        release.helm("upgrade", "--set=twin.mode=" + mode, "--force-conflicts");
        release.pointAt(port);
        called.kill();
        called = release.replica(replica, port);
        called.await(
                "in force",
                SOON,
                () -> release.isInForceAt(port) && !decided("matchConditions").contains("is-decided-by-the-twin"));
    }

    private void awaitTwin(String what, int objects) throws Exception {
        Instant end = Instant.now().plus(SOON);
        while (twin().size() != objects) {
            assertThat(Instant.now()).as(what + ": " + twin()).isBefore(end);
            Thread.sleep(500);
        }
    }

    private void measure(String what) throws Exception {
        List<Long> nanos = TimedWrites.of(cluster, "app-ns-1", WARM_UP + WRITES).subList(WARM_UP, WARM_UP + WRITES);
        Collections.sort(nanos);
        System.out.printf(
                "write of a namespace, %-18s p50 %.1f ms, p99 %.1f ms (%d writes)%n",
                what + ":", nanos.get(WRITES / 2) / 1e6, nanos.get(WRITES * 99 / 100) / 1e6, WRITES);
    }

    @Test
    void whatAWriteTakes() throws Exception {
        measure("webhook and twin");
        cluster.admin().must("delete", "clusterrole", "marchwarden-twin");
        awaitTwin("it goes with its role", 0);
        Thread.sleep(SETTLED_MILLIS);
        measure("webhook");
        cluster.admin().must("delete", "validatingwebhookconfiguration,mutatingwebhookconfiguration", Release.NAME);
        Thread.sleep(SETTLED_MILLIS);
        measure("neither");
        cluster.admin()
                .mustReading(
                        new CelTwin(TenancyFile.read(cluster.directory().resolve("tenancy.yaml"))).yaml(),
                        "apply",
                        "-f",
                        "-");
        Thread.sleep(SETTLED_MILLIS);
        measure("twin");
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
        awaitTwin("what was deleted is made again", OBJECTS);
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
        awaitTwin("on again", OBJECTS);
        release.helm("uninstall");
        awaitTwin("uninstalled", 0);
    }
}
