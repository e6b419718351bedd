package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever has become of a Secret: what of it is taken for good, what a replica says to it, and that a leader fixes it. */
class KeyringReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final String HOST = RotationWorld.HOSTS.getFirst();
    private static final Duration YEAR = Duration.ofDays(365);
    private static final CertificateAuthority CURRENT = authority(NOW);
    private static final CertificateAuthority NEXT = authority(NOW);
    private static final CertificateAuthority OTHER = authority(NOW);
    private static final CertificatePair LEAF = CURRENT.issue(RotationWorld.HOSTS, Duration.ofDays(90));

    private static CertificateAuthority authority(Instant at) {
        return CertificateAuthority.create(InstantSource.fixed(at), YEAR);
    }

    private static Map<String, byte[]> whole() {
        Map<String, byte[]> data = new HashMap<>();
        put(data, "tls.crt", LEAF.chain());
        put(data, "tls.key", LEAF.key());
        put(data, "ca.crt", CURRENT.pair().chain() + NEXT.pair().chain());
        put(data, "ca.key", CURRENT.pair().key());
        put(data, "next-ca.crt", NEXT.pair().chain());
        put(data, "next-ca.key", NEXT.pair().key());
        put(data, "next-ca.published", NOW.toString());
        return data;
    }

    private static void put(Map<String, byte[]> data, String entry, String text) {
        data.put(entry, text.getBytes(US_ASCII));
    }

    private static String parts(Keyring keyring) {
        List<String> parts = new ArrayList<>();
        if (keyring.leaf() != null) {
            parts.add("leaf");
        }
        if (keyring.current() != null) {
            parts.add(keyring.current().signs(NOW) ? "current" : "current-unable");
        }
        if (keyring.next() != null) {
            parts.add(keyring.published() == null ? "next" : "next-published");
        }
        keyring.previous().forEach(each -> parts.add("previous"));
        return String.join(" ", parts);
    }

    private static CertificatePair pair(Instant at, Duration lifetime, CertificateAuthority signer, String host) {
        Authority authority = new Authority(signer.certificate(), signer.key());
        return CertificateAuthority.of(InstantSource.fixed(at), authority.certificate(), signer.key())
                .issue(List.of(host), lifetime);
    }

    static Stream<Arguments> spoilt() {
        String none = "";
        CertificatePair expired = pair(NOW.minus(Duration.ofHours(2)), Duration.ofHours(1), CURRENT, HOST);
        CertificatePair early = pair(NOW.plus(Duration.ofHours(2)), Duration.ofHours(9), CURRENT, HOST);
        CertificatePair lastSecond = pair(NOW.minus(Duration.ofHours(1)), Duration.ofHours(1), CURRENT, HOST);
        CertificatePair elsewhere = pair(NOW, YEAR, CURRENT, "other.mesh.svc");
        CertificatePair foreign = pair(NOW, YEAR, OTHER, HOST);
        String rest = "current next-published";
        return Stream.of(
                // entry, its text, what is read, what a replica says; "good" where it serves it
                row("tls.crt", null, rest, "has no tls.crt"),
                row("tls.crt", none, rest, "tls.crt: is empty"),
                row("tls.crt", "garbage", rest, "tls.crt: is not PEM"),
                row("tls.crt", LEAF.chain().substring(0, 200), rest, "tls.crt: is"),
                row("tls.crt", LEAF.key(), rest, "tls.crt: holds a private key"),
                row("tls.crt", expired.chain(), rest, "tls.key: does not belong"),
                row("tls.key", null, rest, "has no tls.key"),
                row("tls.key", none, rest, "tls.key: is empty"),
                row("tls.key", "garbage", rest, "tls.key: is not PEM"),
                row("tls.key", OTHER.pair().key(), rest, "tls.key: does not belong"),
                row("tls.key", LEAF.chain(), rest, "tls.key: holds a certificate"),
                pairRow(expired, rest, "tls.crt: has expired on"),
                pairRow(early, rest, "tls.crt: is not valid before"),
                pairRow(lastSecond, "leaf " + rest, "good"),
                pairRow(elsewhere, "leaf " + rest, "is for other.mesh.svc (expected: a certificate for " + HOST),
                pairRow(foreign, "leaf " + rest, "leads to none of the 2 authorities of ca.crt"),
                row("ca.crt", null, "leaf next-published", "has no ca.crt"),
                row("ca.crt", none, "leaf next-published", "ca.crt: is empty"),
                row("ca.crt", "garbage", "leaf next-published", "ca.crt: is not PEM"),
                row("ca.crt", NEXT.pair().chain(), "leaf next-published", "leads to none of the 1"),
                row("ca.crt", OTHER.pair().chain(), "leaf current-unable next-published", "leads to none of the 1"),
                row(
                        "ca.crt",
                        OTHER.pair().chain() + CURRENT.pair().chain(),
                        "leaf current-unable next-published previous",
                        "good"),
                row(
                        "ca.crt",
                        authority(NOW.minus(YEAR.multipliedBy(2))).pair().chain()
                                + CURRENT.pair().chain(),
                        "leaf current-unable next-published previous",
                        "good"),
                row("ca.key", null, "leaf current-unable next-published", "good"),
                row("ca.key", "garbage", "leaf current-unable next-published", "good"),
                row("ca.key", OTHER.pair().key(), "leaf current-unable next-published", "good"),
                row("next-ca.crt", null, "leaf current previous", "good"),
                row("next-ca.crt", "garbage", "leaf current previous", "good"),
                row("next-ca.crt", OTHER.pair().chain(), "leaf current previous", "good"),
                row("next-ca.crt", LEAF.chain(), "leaf current previous", "good"),
                row("next-ca.key", null, "leaf current previous", "good"),
                row("next-ca.key", OTHER.pair().key(), "leaf current previous", "good"),
                row("next-ca.published", null, "leaf current next", "good"),
                row("next-ca.published", "yesterday", "leaf current next", "good"),
                row("next-ca.published", none, "leaf current next", "good"));
    }

    private static Arguments row(
            String entry, @org.jspecify.annotations.Nullable String text, String read, String said) {
        Map<String, byte[]> data = whole();
        data.remove(entry);
        if (text != null) {
            put(data, entry, text);
        }
        return Arguments.of(entry + " " + said, data, read, said);
    }

    private static Arguments pairRow(CertificatePair pair, String read, String said) {
        Map<String, byte[]> data = whole();
        put(data, "tls.crt", pair.chain());
        put(data, "tls.key", pair.key());
        return Arguments.of("pair " + said, data, read, said);
    }

    @Test
    void aWholeOneIsReadAsItWasStored() {
        Keyring keyring = new KeyringReader(whole(), "Secret", NOW).read();
        assertThat(parts(keyring)).isEqualTo("leaf current next-published");
        assertThat(new KeyringReader(keyring.storedOver(Map.of()), "Secret", NOW).read())
                .isEqualTo(keyring);
        assertThat(keyring.toString() + keyring.current() + keyring.leaf()).doesNotContain("PRIVATE", "BEGIN");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoilt")
    void whatIsGoodOfASpoiltOneIsKeptAndAReplicaSaysWhatIsWrong(
            String name, Map<String, byte[]> data, String read, String said) throws Exception {
        assertThat(parts(new KeyringReader(data, "Secret", NOW).read())).isEqualTo(read);
        if (said.equals("good")) {
            assertThat(SecretPair.read(data, "Secret a/b", HOST, NOW).authority())
                    .isEqualTo(CURRENT.certificate());
        } else {
            assertThatThrownBy(() -> SecretPair.read(data, "Secret a/b", HOST, NOW))
                    .isInstanceOf(UnusableCertificateException.class)
                    .hasMessageStartingWith("Secret a/b: ")
                    .hasMessageContaining(said)
                    .hasMessageContaining("(expected: ");
        }
    }

    /** Nothing that was trusted is untrusted on the way. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("spoilt")
    void aLeaderFixesIt(String name, Map<String, byte[]> data, String read, String said) throws Exception {
        Rotation rotation = new Rotation(Lifetimes.DEFAULT, RotationWorld.HOSTS);
        Map<String, byte[]> secret = data;
        byte[] caBundle = (CURRENT.pair().chain() + NEXT.pair().chain()).getBytes(US_ASCII);
        Instant now = NOW;
        for (int i = 0; i < 20; i++) {
            Publication publication = Publication.of(List.of(caBundle));
            assertThat(publication.hasAll(List.of(CURRENT.certificate()))).isTrue();
            RotationStep step = rotation.next(new KeyringReader(secret, "Secret", now).read(), publication, now);
            if (step instanceof Store store) {
                secret = store.keyring().storedOver(secret);
            } else if (step instanceof Publish publish) {
                caBundle = publish.caBundle().getBytes(US_ASCII);
            } else if (step instanceof Rest rest) {
                if (rest.until().isAfter(now.plus(Lifetimes.DEFAULT.settle()))) {
                    break;
                }
                now = rest.until();
            }
        }
        assertThat(parts(new KeyringReader(secret, "Secret", now).read())).startsWith("leaf current");
        assertThat(SecretPair.read(secret, "Secret", HOST, now).certificate().names())
                .contains(HOST);
        assertThat(Publication.of(List.of(caBundle))
                        .isExactly(SecretPair.read(secret, "Secret", HOST, now).authorities()))
                .isTrue();
    }
}
