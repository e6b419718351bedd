package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotation as a function of what there is, step by step and over years. */
class RotationTest {
    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");
    private static final Lifetimes LIFETIMES = Lifetimes.DEFAULT;
    private static final Rotation ROTATION = new Rotation(LIFETIMES, RotationWorld.HOSTS);
    private static final List<Duration> PACES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(61), Duration.ofMinutes(7));
    private static final Duration LEAP = Duration.ofHours(20);

    private static RotationWorld years(int seed, Lifetimes lifetimes, Duration time) {
        SplittableRandom random = new SplittableRandom(seed);
        RotationWorld world = new RotationWorld(random, lifetimes, START);
        while (world.now.isBefore(START.plus(time)) && world.gap() == null) {
            RotationStep step = world.step();
            if (world.gap() != null) {
                break;
            }
            world.pass(pace(step, world, random));
        }
        return world;
    }

    /** In leaps while nothing is to happen, and small steps of all sizes around what does. */
    private static Duration pace(RotationStep step, RotationWorld world, SplittableRandom random) {
        if (step instanceof Rest rest) {
            Duration quiet = Duration.between(world.now, rest.until()).minusMinutes(15);
            if (quiet.isPositive()) {
                return quiet.compareTo(LEAP) < 0 ? quiet : LEAP;
            }
        }
        return PACES.get(random.nextInt(PACES.size()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void forYearsNoReplicaServesWhatAnApiServerDoesNotTrust(int seed) {
        RotationWorld world = years(seed, LIFETIMES, Duration.ofDays(1_100));
        assertThat(world.gap()).isNull();
        assertThat(world.changes.get(Change.FOUND)).isEqualTo(1);
        assertThat(world.changes.get(Change.SWITCH)).isEqualTo(4);
        assertThat(world.changes.get(Change.DROP)).isEqualTo(4);
        assertThat(world.changes.get(Change.ISSUE_LEAF)).isGreaterThanOrEqualTo(12);
        assertThat(world.changes).doesNotContainKey(Change.ADOPT);
    }

    /** So that the test above is worth something. */
    @Test
    void withoutTheWaitThereWouldBeAGap() {
        Lifetimes hasty = new Lifetimes(
                LIFETIMES.authority(), LIFETIMES.leaf(), Duration.ZERO, LIFETIMES.keep(), LIFETIMES.adopted());
        assertThat(IntStream.range(0, 40)
                        .anyMatch(
                                seed -> years(seed, hasty, Duration.ofDays(260)).gap() != null))
                .isTrue();
    }

    // ---- step by step

    private Map<String, byte[]> secret = Map.of();
    private byte[] caBundle = {};
    private @Nullable ServingCertificate served;
    private Instant now = START;

    private Keyring keyring() {
        return new KeyringReader(secret, "Secret", now).read();
    }

    private ServingCertificate leaf() {
        return Objects.requireNonNull(keyring().leaf());
    }

    private Authority current() {
        return Objects.requireNonNull(keyring().current());
    }

    private Publication publication() {
        return Publication.of(List.of(caBundle, caBundle));
    }

    private RotationStep next() {
        return ROTATION.next(keyring(), publication(), served, now);
    }

    /** Does it and says what it was. */
    private String does() {
        return switch (next()) {
            case Store store -> {
                secret = store.keyring().storedOver(secret);
                yield store.change().spelling();
            }
            case Publish publish -> {
                caBundle = publish.caBundle().getBytes(US_ASCII);
                yield "publish " + publish.authorities().size();
            }
            case Rest rest -> "rest";
        };
    }

    private void assertDoes(String... steps) {
        for (String step : steps) {
            assertThat(does()).isEqualTo(step);
        }
    }

    private void passUntilItActs() {
        now = ((Rest) next()).until();
    }

    private void found() {
        assertDoes("found", "publish 1", "rest");
    }

    @Test
    void anEmptySecretIsFilledInOneWriteAndThenPublished() {
        found();
        assertThat(leaf().names()).containsExactlyElementsOf(RotationWorld.HOSTS);
        assertThat(leaf().notAfter()).isEqualTo(START.plus(LIFETIMES.leaf()));
        assertThat(current().notAfter()).isEqualTo(START.plus(LIFETIMES.authority()));
        assertThat(secret).containsOnlyKeys("tls.crt", "tls.key", "ca.crt", "ca.key");
        assertThat(publication().isExactly(keyring().authorities())).isTrue();
    }

    @Test
    void theLeafIsRenewedByItsOwnClockWithoutATouchOfTheAuthority() {
        found();
        X509Certificate authority = current().certificate();
        ServingCertificate first = leaf();
        passUntilItActs();
        assertThat(now).isBetween(START.plus(Duration.ofDays(59)), START.plus(Duration.ofDays(61)));
        now = now.minusSeconds(1);
        assertDoes("rest");
        now = now.plusSeconds(1);
        assertDoes("issue-leaf", "rest");
        assertThat(leaf().notAfter()).isAfter(first.notAfter());
        assertThat(current().certificate()).isEqualTo(authority);
    }

    private void passToRenewalOfTheAuthority() {
        for (int i = 0; i < 10; i++) {
            passUntilItActs();
            String step = does();
            if (step.equals("add-authority")) {
                return;
            }
            assertThat(step).isEqualTo("issue-leaf");
        }
        throw new AssertionError("the authority is never renewed");
    }

    @Test
    void theAuthorityIsReplacedInStepsWithAWaitBetweenThem() {
        found();
        X509Certificate old = current().certificate();
        passToRenewalOfTheAuthority();
        assertThat(now).isBetween(START.plus(Duration.ofDays(242)), START.plus(Duration.ofDays(244)));
        X509Certificate next = Objects.requireNonNull(keyring().next()).certificate();
        assertDoes("publish 2", "note-published", "rest");
        assertThat(keyring().published()).isEqualTo(now);
        assertThat(new String(secret.get("next-ca.published"), US_ASCII)).isEqualTo(now.toString());

        Instant published = now;
        passUntilItActs();
        assertThat(now).isEqualTo(published.plus(LIFETIMES.settle()));
        ServingCertificate lastOfTheOld = leaf();
        assertDoes("switch", "rest");
        assertThat(current().certificate()).isEqualTo(next);
        assertThat(keyring().previous()).containsExactly(old);
        assertThat(TrustPath.from(leaf().chain(), Set.of(next), now)).isPresent();
        assertThat(keyring().previousUntil()).isEqualTo(lastOfTheOld.notAfter().plus(Lifetimes.CLOCK_SKEW));

        while (!keyring().previous().isEmpty()) {
            if (next() instanceof Rest rest) {
                now = rest.until();
            }
            assertThat(does()).isIn("issue-leaf", "publish 1", "drop");
        }
        assertThat(now).isEqualTo(lastOfTheOld.notAfter().plus(Lifetimes.CLOCK_SKEW));
        assertThat(publication().isExactly(List.of(next))).isTrue();
        assertThat(secret).containsOnlyKeys("tls.crt", "tls.key", "ca.crt", "ca.key");
    }

    @Test
    void whatIsPublishedIsTakenAwayMeanwhileSoTheWaitBeginsAnew() {
        found();
        passToRenewalOfTheAuthority();
        byte[] before = caBundle;
        assertDoes("publish 2", "note-published", "rest");
        now = now.plus(Duration.ofMinutes(5));
        caBundle = before;
        assertDoes("forget-published", "publish 2", "note-published", "rest");
        now = now.plus(Duration.ofMinutes(5));
        assertDoes("rest");
        now = now.plus(Duration.ofMinutes(2));
        assertDoes("switch");
    }

    @Test
    void aTimeThatIsStillToComeIsNotBelieved() {
        found();
        passToRenewalOfTheAuthority();
        assertDoes("publish 2", "note-published");
        secret = new HashMap<>(secret);
        secret.put("next-ca.published", now.plus(Duration.ofDays(1)).toString().getBytes(US_ASCII));
        assertDoes("note-published", "rest");
        now = now.plus(LIFETIMES.settle());
        assertDoes("switch");
    }

    @Test
    void whoseClockIsBehindTheAuthoritysDoesNothing() {
        found();
        now = now.minus(Duration.ofDays(1));
        assertThat(next())
                .isInstanceOfSatisfying(
                        Rest.class, rest -> assertThat(rest.why()).contains("the clock"));
    }

    @Test
    void aBundleThatSomebodyChangedIsMended() {
        found();
        for (String other : List.of("", "garbage", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")) {
            caBundle = other.getBytes(US_ASCII);
            assertDoes("publish 1", "rest");
        }
    }

    @Test
    void whereNobodyCanTellWhatIsPublishedTheLeafIsRenewedAndNoAuthorityTouched() {
        assertThat(ROTATION.next(keyring(), null, now)).isInstanceOf(Rest.class);
        found();
        passUntilItActs();
        assertThat(ROTATION.next(keyring(), null, now))
                .isInstanceOfSatisfying(
                        Store.class, store -> assertThat(store.change()).isEqualTo(Change.ISSUE_LEAF));
        assertDoes("issue-leaf");
        now = START.plus(Duration.ofDays(300));
        assertDoes("issue-leaf");
        assertThat(ROTATION.next(keyring(), null, now)).isInstanceOf(Rest.class);
    }

    @Test
    void withoutAnyConfigurationThereIsNobodyToTell() {
        Publication none = Publication.of(List.of());
        RotationStep step = ROTATION.next(keyring(), none, now);
        secret = ((Store) step).keyring().storedOver(secret);
        assertThat(ROTATION.next(keyring(), none, now)).isInstanceOf(Rest.class);
    }

    /** An authority that cannot be renewed for want of a publication: the leaf goes on to its end, and no mill begins. */
    @Test
    void atTheEdgeOfTheAuthoritysExpiryTheLeafIsCutAndNotIssuedOverAndOver() {
        found();
        Instant end = current().notAfter();
        int issued = 0;
        for (now = START.plus(Duration.ofDays(200)); now.isBefore(end); now = now.plus(Duration.ofHours(6))) {
            RotationStep step = ROTATION.next(keyring(), null, now);
            if (step instanceof Store store) {
                assertThat(store.change()).isEqualTo(Change.ISSUE_LEAF);
                secret = store.keyring().storedOver(secret);
                issued++;
                assertThat(leaf().notAfter()).isBeforeOrEqualTo(end);
            }
        }
        assertThat(issued).isBetween(2, 5);
        now = end;
        assertThat(keyring().leaf()).as("valid in its last second").isNotNull();
        assertThat(ROTATION.next(keyring(), null, now)).isInstanceOf(Rest.class);
        now = end.plusSeconds(1);
        assertDoes("found", "publish 1", "rest");
    }

    // ---- what people do

    @Test
    void aLeafThatIsTakenAwayIsIssuedAnew() {
        found();
        ServingCertificate first = leaf();
        secret = without("tls.crt");
        assertDoes("issue-leaf", "rest");
        assertThat(keyring().leaf()).isNotEqualTo(first);
    }

    @Test
    void anAuthorityWhoseKeyIsTakenAwayIsReplacedWithoutAGap() {
        replaceTheAuthority();
    }

    private void replaceTheAuthority() {
        found();
        X509Certificate old = current().certificate();
        secret = without("ca.key");
        assertDoes("add-authority", "publish 2", "note-published", "rest");
        assertThat(TrustPath.from(leaf().chain(), Set.of(old), now)).isPresent();
        now = now.plus(LIFETIMES.settle());
        assertDoes("switch", "rest");
        assertThat(current().certificate()).isNotEqualTo(old);
        assertThat(keyring().authorities()).contains(old);
    }

    @Test
    void anOldAuthorityIsDroppedEarlierWhereSomebodySaysSo() {
        replaceTheAuthority();
        secret = new HashMap<>(secret);
        secret.put("previous-ca.until", now.toString().getBytes(US_ASCII));
        assertDoes("publish 1", "drop", "rest");
        assertThat(keyring().authorities()).hasSize(1);
    }

    @Test
    void aSecretThatIsLostIsRestoredBesideWhatApiServersTrust() {
        found();
        X509Certificate old = current().certificate();
        secret = Map.of();
        assertDoes("adopt", "add-authority", "publish 2", "note-published", "rest");
        assertThat(secret).as("nothing could be served yet").doesNotContainKeys("tls.crt", "tls.key");
        now = now.plus(LIFETIMES.settle());
        assertDoes("switch", "rest");
        assertThat(publication().hasAll(List.of(old, current().certificate()))).isTrue();
    }

    /** The leader holds the pair that it serves: whoever starts meanwhile gets it from the Secret at once. */
    @Test
    void aSecretThatIsLostGetsThePairThatIsServed() {
        found();
        served = leaf();
        X509Certificate old = current().certificate();
        secret = Map.of();
        assertDoes("adopt");
        assertThat(leaf().fingerprint()).isEqualTo(served.fingerprint());
        assertThat(secret).containsKeys("tls.crt", "tls.key", "ca.crt").doesNotContainKey("ca.key");
        assertDoes("add-authority", "publish 2", "note-published", "rest");
        assertThat(leaf().fingerprint()).isEqualTo(served.fingerprint());
        now = now.plus(LIFETIMES.settle());
        assertDoes("switch", "rest");
        assertThat(publication().hasAll(List.of(old, current().certificate()))).isTrue();
        assertThat(leaf().fingerprint()).isNotEqualTo(served.fingerprint());
    }

    /** A pair that API servers do not trust, or that has run out, is of no use to anybody. */
    @Test
    void aPairThatNobodyTrustsIsNotStored() {
        found();
        served = leaf();
        secret = Map.of();
        caBundle = new byte[0];
        found();
        assertThat(leaf().fingerprint()).isNotEqualTo(served.fingerprint());
        secret = Map.of();
        assertDoes("adopt");
        assertThat(secret).doesNotContainKeys("tls.crt", "tls.key");
    }

    @Test
    void aSecretFromABackupIsPublishedBesideWhatCameAfterIt() {
        found();
        Map<String, byte[]> backup = secret;
        X509Certificate old = current().certificate();
        secret = Map.of();
        caBundle = new byte[0];
        found();
        X509Certificate since = current().certificate();
        secret = backup;
        assertDoes("adopt", "publish 2", "rest");
        assertThat(publication().isExactly(List.of(old, since))).isTrue();
        now = now.plus(LIFETIMES.adopted());
        assertDoes("publish 1", "drop", "rest");
    }

    @Test
    void entriesThatAreNotOursStay() {
        secret = Map.of("note", "mine".getBytes(US_ASCII));
        found();
        assertThat(secret).containsKey("note");
    }

    private Map<String, byte[]> without(String entry) {
        Map<String, byte[]> rest = new HashMap<>(secret);
        rest.remove(entry);
        return rest;
    }
}
