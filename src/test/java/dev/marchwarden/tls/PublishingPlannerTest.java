package dev.marchwarden.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.Handover;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.RotationStep;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long what a Secret no longer has stays published. */
class PublishingPlannerTest {
    private static final String HOST = "marchwarden.mesh.svc";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration KEEP = Duration.ofMinutes(10);

    private final CertificateAuthority one = CertificateAuthority.create(InstantSource.system(), DAY);
    private final CertificateAuthority two = CertificateAuthority.create(InstantSource.system(), DAY);
    private final Instant begin = Instant.now();
    private final PublishingPlanner planner = new PublishingPlanner("Secret mesh/tls", HOST, new Handover(KEEP));

    /** A leaf of the first one, with the authorities of all. */
    private static Map<String, byte[]> secret(CertificateAuthority... authorities) {
        CertificatePair pair = authorities[0].issue(List.of(HOST), DAY);
        String all = Arrays.stream(authorities).map(each -> each.pair().chain()).collect(Collectors.joining());
        return Map.of(
                "tls.crt", pair.chain().getBytes(US_ASCII),
                "tls.key", pair.key().getBytes(US_ASCII),
                "ca.crt", all.getBytes(US_ASCII));
    }

    private RotationStep after(Duration time, Map<String, byte[]> secret, CertificateAuthority... published) {
        Set<X509Certificate> bundle =
                Arrays.stream(published).map(CertificateAuthority::certificate).collect(Collectors.toSet());
        return after(time, secret, new Publication(List.of(bundle, bundle)));
    }

    private RotationStep after(Duration time, Map<String, byte[]> secret, @Nullable Publication publication) {
        return planner.next(secret, publication, begin.plus(time));
    }

    private static void assertPublishes(RotationStep step, CertificateAuthority... authorities) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        Publish.class,
                        publish -> assertThat(publish.authorities())
                                .containsExactlyInAnyOrderElementsOf(Arrays.stream(authorities)
                                        .map(CertificateAuthority::certificate)
                                        .toList()));
    }

    private void assertRestsUntil(Duration time, RotationStep step) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        Rest.class, rest -> assertThat(rest.until()).isEqualTo(begin.plus(time)));
    }

    @Test
    void theOldAuthorityIsDroppedWhenTheNewOneHasBeenPublishedForLongEnough() {
        Map<String, byte[]> secret = secret(two);
        assertPublishes(after(Duration.ZERO, secret, one), two, one);
        assertRestsUntil(KEEP.plusSeconds(1), after(Duration.ofSeconds(1), secret, one, two));
        assertRestsUntil(KEEP.plusSeconds(1), after(KEEP, secret, one, two));
        assertPublishes(after(KEEP.plusSeconds(1), secret, one, two), two);
        assertThat(after(KEEP.plusSeconds(2), secret, two))
                .isEqualTo(new Rest(Instant.MAX, "published as in the Secret"));
    }

    @Test
    void aBreakOfThePublicationCountsFromItsEnd() {
        Map<String, byte[]> secret = secret(two);
        assertRestsUntil(KEEP, after(Duration.ZERO, secret, one, two));
        assertPublishes(after(Duration.ofMinutes(5), secret, one), two, one);
        assertRestsUntil(KEEP.plusMinutes(6), after(Duration.ofMinutes(6), secret, one, two));
    }

    @Test
    void anotherSecretCountsFromItsBegin() {
        assertRestsUntil(KEEP, after(Duration.ZERO, secret(one), one, two));
        assertRestsUntil(KEEP.plusMinutes(5), after(Duration.ofMinutes(5), secret(two), one, two));
        assertRestsUntil(KEEP.plusMinutes(5), after(Duration.ofMinutes(6), secret(two), one, two));
    }

    @Test
    void nothingIsPublishedOfASecretThatCannotBeUsedNorOverWhatIsNotKnown() {
        assertThat(after(Duration.ZERO, Map.of(), one))
                .isEqualTo(
                        new Rest(
                                Instant.MAX,
                                "nothing is published, because the Secret cannot be used: Secret mesh/tls: is empty (expected: tls.crt, tls.key and ca.crt)"));
        assertThat(after(Duration.ZERO, secret(one), (Publication) null))
                .isEqualTo(new Rest(Instant.MAX, "waiting to read the webhook configurations"));
    }
}
