package dev.marchwarden.certificates;

import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authorities to publish when somebody else issues the pair: what the Secret has, and for a while what there was before, so that whoever changes
 * both pair and authority of the Secret in one stroke makes no gap.
 *
 * @param keep how long an authority that the Secret has no more stays published beside those that it has
 */
public record Handover(Duration keep) {
    /** Longer than replicas wait before they leave the old pair, and than two clocks may be apart. */
    public static final Handover DEFAULT = new Handover(Duration.ofMinutes(10));

    /**
     * @param wanted the authorities of the Secret
     * @param publishedSince since when all of these have been seen in every webhook configuration; null where they have not
     */
    public RotationStep next(
            List<X509Certificate> wanted, Publication publication, @Nullable Instant publishedSince, Instant now) {
        if (publication.isExactly(wanted)) {
            return new Rest(Instant.MAX, "published as in the Secret");
        }
        if (!publication.hasAll(wanted)) {
            Set<X509Certificate> both = new LinkedHashSet<>(wanted);
            both.addAll(publication.valid(now));
            return new Publish(List.copyOf(both));
        }
        Instant end = (publishedSince == null ? now : publishedSince).plus(keep);
        return now.isBefore(end)
                ? new Rest(end, "authorities that the Secret no longer has are dropped on " + end)
                : new Publish(wanted);
    }
}
