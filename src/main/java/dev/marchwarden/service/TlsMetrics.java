package dev.marchwarden.service;

import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.tls.CertificateLeader;
import dev.marchwarden.tls.TlsSelfCheck;
import java.util.function.LongSupplier;

/** What Prometheus is told of certificates, beside when they expire. */
final class TlsMetrics {
    private static final String STEPS = "marchwarden.certificate.rotation.steps";
    private static final String STEPS_ARE =
            "Steps of this replica as the leader: writes of the Secret, and publications";

    private TlsMetrics() {}

    static void reloads(Metrics metrics, LongSupplier failures) {
        metrics.count(
                "marchwarden.certificate.reload.failures",
                "Certificates that could not be used",
                self -> failures.getAsLong());
    }

    static void selfChecks(Metrics metrics, TlsSelfCheck check) {
        metrics.count(
                "marchwarden.tls.probe.failures",
                "TLS self-checks that failed twice in a row",
                self -> check.failures());
    }

    static void leader(Metrics metrics, CertificateLeader leader, Change... changes) {
        metrics.gauge(
                "marchwarden.certificate.leader",
                "1 while this replica is the leader, which issues and publishes",
                () -> leader.isLeading() ? 1 : 0);
        metrics.gauge(
                "marchwarden.webhooks.pending",
                "1 while this replica leads and the webhooks of the release are not in force yet",
                () -> leader.isPending() ? 1 : 0);
        for (Change change : changes) {
            metrics.count(STEPS, STEPS_ARE, self -> leader.changes(change), "step", change.spelling());
        }
        metrics.count(STEPS, STEPS_ARE, self -> leader.publications(), "step", "publish");
        metrics.count(
                "marchwarden.certificate.store.failures",
                "Times that the Secret could not be written",
                self -> leader.storeFailures());
        metrics.count(
                "marchwarden.ca.publish.failures",
                "Failures to read or write webhook configurations",
                self -> leader.publishFailures());
    }
}
