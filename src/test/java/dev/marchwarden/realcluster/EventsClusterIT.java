package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chart with {@code events.enabled}: a real API server takes the Events, with the rights that the chart gives, and kubectl finds them. */
class EventsClusterIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    void aNamespaceIsToldOfWhatWasDeniedInIt() throws Exception {
        int port = LoopbackPorts.free();
        try (TestCluster cluster = TestCluster.openOwn("events")) {
            Kubectl admin = cluster.admin();
            Release release = new Release(cluster);
            release.helm("install", "--create-namespace", "--set=events.enabled=true");
            release.pointAt(port);
            try (WebhookProcess replica = release.replica("replica-1", port)) {
                replica.await("in force", SOON, () -> release.isInForceAt(port));
                admin.must("create", "namespace", "shop");
                replica.await(
                        "denied",
                        SOON,
                        () -> admin.run("label", "namespace", "shop", "usergroup=nobody", "istio.io/rev=nobody")
                                .err()
                                .contains("unknown-usergroup"));
                replica.await("told", SOON, () -> !documented(admin, "name").isBlank());
                System.out.print(documented(admin, "wide"));
                assertThat(documented(admin, "jsonpath={.items[*].message}"))
                        .contains("UPDATE of Namespace shop is denied by unknown-usergroup because of metadata.labels")
                        .doesNotContain("nobody");
                // The same by the newer API, which kubectl events and others use.
                assertThat(admin.must(
                                "get",
                                "events.events.k8s.io",
                                "--namespace=shop",
                                "-o",
                                "jsonpath={range .items[*]}{.regarding.kind} {.regarding.name} {.reason}{'\\n'}{end}"))
                        .startsWith("Namespace shop WriteDenied\n");
                assertThat(admin.must("events", "--namespace=shop", "--for=namespace/shop"))
                        .contains("WriteDenied");
                // A dry run has no effects, and the API server lets it through to a webhook that says so.
                double written = replica.metric("marchwarden_events_written_total");
                admin.must("create", "namespace", "garage");
                assertThat(admin.run(
                                        "label",
                                        "namespace",
                                        "garage",
                                        "usergroup=nobody",
                                        "istio.io/rev=nobody",
                                        "--dry-run=server")
                                .err())
                        .contains("unknown-usergroup");
                Thread.sleep(1_000);
                assertThat(replica.metric("marchwarden_events_written_total")).isEqualTo(written);
                assertThat(replica.metric("marchwarden_events_dropped_total")).isZero();
                assertThat(List.of(admin.must("get", "events", "--namespace=garage", "-o", "name")))
                        .containsExactly("");
            }
        }
    }

    /** As docs/operations.md has it. */
    private static String documented(Kubectl admin, String output) throws Exception {
        return admin.must(
                "get",
                "events",
                "-n",
                "shop",
                "--field-selector",
                "involvedObject.kind=Namespace,source=marchwarden",
                "-o",
                output);
    }
}
