package dev.marchwarden.tls;

import dev.marchwarden.certificates.Handover;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.RotationStep;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.SecretPair;
import dev.marchwarden.certificates.UnusableCertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the authorities of a Secret that somebody else fills, but only if the Secret is good as a whole: authorities without a leaf that
 * leads to them would take the trust from the leaf that is served.
 */
final class PublishingPlanner implements StepPlanner {
    private final String secret;
    private final String host;
    private final Handover handover;

    /** What was wanted last, and since when all of it has been seen published without a break. */
    private List<X509Certificate> wanted = List.of();

    private @Nullable Instant since;

    /** @param secret how messages call it */
    PublishingPlanner(String secret, String host, Handover handover) {
        this.secret = secret;
        this.host = host;
        this.handover = handover;
    }

    @Override
    public RotationStep next(Map<String, byte[]> data, @Nullable Publication publication, Instant now) {
        if (publication == null) {
            return new Rest(Instant.MAX, "waiting to read the webhook configurations");
        }
        try {
            List<X509Certificate> authorities =
                    SecretPair.read(data, secret, host, now).authorities();
            if (!publication.hasAll(authorities)) {
                since = null;
            } else if (since == null || !authorities.equals(wanted)) {
                since = now;
            }
            wanted = authorities;
            return handover.next(authorities, publication, since, now);
        } catch (UnusableCertificateException e) {
            return new Rest(Instant.MAX, "nothing is published, because the Secret cannot be used: " + e.getMessage());
        }
    }
}
