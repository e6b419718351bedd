package dev.marchwarden.service;

import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.server.WebhookServer;
import io.vertx.core.Future;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The certificate that the webhook serves, wherever it comes from; the first one lets it listen. */
final class ServedCertificate {
    private final WebhookServer webhook;
    private final InstantSource clock;
    private volatile @Nullable ServingCertificate certificate;
    private volatile @Nullable X509Certificate authority;

    ServedCertificate(WebhookServer webhook, Metrics metrics, Readiness readiness, InstantSource clock) {
        this.webhook = webhook;
        this.clock = clock;
        readiness.with("certificate", this::condition);
        metrics.gauge(
                "marchwarden.certificate.expiry.timestamp.seconds",
                "Expiry of the serving certificate, in seconds since 1970; NaN while there is none",
                () -> seconds(certificate == null ? null : certificate.notAfter()));
        metrics.gauge(
                "marchwarden.ca.expiry.timestamp.seconds",
                "Expiry of the serving certificate's authority, in seconds since 1970; NaN while it is not known",
                () -> seconds(authority == null ? null : authority.getNotAfter().toInstant()));
    }

    private static Number seconds(@Nullable Instant time) {
        return time == null ? Double.NaN : time.getEpochSecond();
    }

    Future<Void> serve(ServingCertificate fresh) {
        Future<Void> served = webhook.isListening()
                ? webhook.replaceCertificate(fresh.chainPem(), fresh.keyPem())
                : webhook.start(fresh.chainPem(), fresh.keyPem());
        return served.onSuccess(done -> certificate = fresh);
    }

    /** @param leadsTo what the served certificate leads to; null where that is not known */
    void signedBy(@Nullable X509Certificate leadsTo) {
        authority = leadsTo;
    }

    private Condition condition() {
        ServingCertificate served = certificate;
        if (served == null) {
            return Condition.failing("none to serve yet");
        }
        Instant expiry = served.notAfter();
        return clock.instant().isBefore(expiry)
                ? Condition.holding("valid until " + expiry)
                : Condition.failing("expired at " + expiry + "; replace it with a new pair");
    }
}
