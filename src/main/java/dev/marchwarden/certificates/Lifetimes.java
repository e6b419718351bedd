package dev.marchwarden.certificates;

import java.time.Duration;
import java.time.Instant;

/**
 * The lifetimes of issued certificates, and the waiting times of a rotation.
 *
 * @param authority of a new certificate authority; renewed when a third is left, which is longer than a leaf lives, so that a leaf is
 *     never cut short by its authority in the ordinary course of things
 * @param leaf of a serving certificate; renewed at two thirds, which leaves a month to find out why it was not
 * @param settle from when a new authority was seen in every webhook configuration until a leaf of it is served: so long until every API
 *     server goes by it
 * @param keep how long at least an authority stays trusted after the switch to another one
 * @param adopted how long an authority is kept that was found in a webhook configuration and is not ours: until every replica that can be
 *     reached has left it
 */
public record Lifetimes(Duration authority, Duration leaf, Duration settle, Duration keep, Duration adopted) {
    /** How far two clocks of a cluster may be apart. */
    public static final Duration CLOCK_SKEW = CertificateAuthority.CLOCK_SKEW;

    /**
     * A year for the authority: a change of it is then an ordinary thing that happens every eight months. An API server takes a changed webhook
     * configuration into use within a second, from its watch; the minute is for one that lags, and the rest for the clocks of two leaders.
     */
    public static final Lifetimes DEFAULT = new Lifetimes(
            Duration.ofDays(365),
            Duration.ofDays(90),
            Duration.ofMinutes(1).plus(CLOCK_SKEW),
            Duration.ofMinutes(10),
            Duration.ofHours(1));

    Instant renewal(Authority authority) {
        Instant begin = authority.certificate().getNotBefore().toInstant();
        return twoThirds(begin, authority.notAfter());
    }

    Instant renewal(ServingCertificate certificate) {
        return twoThirds(certificate.notBefore(), certificate.notAfter());
    }

    private static Instant twoThirds(Instant begin, Instant end) {
        return begin.plus(Duration.between(begin, end).multipliedBy(2).dividedBy(3));
    }
}
