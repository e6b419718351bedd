package dev.marchwarden.certificates;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Signs serving certificates. Its own certificate is what a webhook configuration carries as {@code caBundle}; the API server trusts
 * no other.
 */
public final class CertificateAuthority {
    public static final Duration DEFAULT_LIFETIME = Duration.ofDays(3650);
    public static final Duration DEFAULT_SERVING_LIFETIME = Duration.ofDays(365);

    /** How far the clock of a client may lag behind ours. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final X500Name NAME = UnsignedCertificate.named("Marchwarden CA");

    /** Upper bound of a common name (RFC 5280, appendix A). */
    private static final int MAX_COMMON_NAME = 64;

    private final InstantSource clock;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private CertificateAuthority(InstantSource clock, X509Certificate certificate, PrivateKey key) {
        this.clock = clock;
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * A new one, with a new key.
     *
     * @param lifetime from now; at least a second, as X.509 knows no shorter times
     */
    public static CertificateAuthority create(InstantSource clock, Duration lifetime) {
        Instant now = now(clock);
        KeyPair keys = UnsignedCertificate.newKeys();
        X509Certificate certificate = UnsignedCertificate.of(
                        NAME, NAME, keys.getPublic(), now.minus(CLOCK_SKEW), now.plus(positive(lifetime)))
                .with(Extension.basicConstraints, true, new BasicConstraints(0))
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                .sign(keys.getPrivate());
        return new CertificateAuthority(clock, certificate, keys.getPrivate());
    }

    /** One that was created earlier. */
    static CertificateAuthority of(InstantSource clock, X509Certificate certificate, PrivateKey key) {
        return new CertificateAuthority(clock, certificate, key);
    }

    /**
     * A serving certificate with a new key.
     *
     * @param hosts DNS names ({@code *.} allowed in front) and IPv4 and IPv6 addresses that clients connect to; at least one
     * @param lifetime from now; cut where the authority's own ends
     * @throws IllegalArgumentException if a host is none
     */
    public CertificatePair issue(Collection<String> hosts, Duration lifetime) {
        List<Host> names = Host.allOf(hosts);
        Instant now = now(clock);
        Instant end = certificate.getNotAfter().toInstant();
        if (!now.isBefore(end)) {
            throw new IllegalStateException("the certificate authority has expired on " + end);
        }
        Instant notAfter = now.plus(positive(lifetime));
        KeyPair keys = UnsignedCertificate.newKeys();
        X509Certificate leaf = UnsignedCertificate.of(
                        NAME,
                        subject(names.getFirst()),
                        keys.getPublic(),
                        now.minus(CLOCK_SKEW),
                        notAfter.isBefore(end) ? notAfter : end)
                .withAuthority(certificate.getPublicKey())
                .with(Extension.basicConstraints, true, new BasicConstraints(false))
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                .with(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                names.stream().map(Host::subjectAlternativeName).toArray(GeneralName[]::new)))
                .sign(key);
        // The authority itself is no part of the chain: a client that trusts it has it.
        return new CertificatePair(Pem.of(List.of(leaf)), Pem.of(keys.getPrivate()));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    PrivateKey key() {
        return key;
    }

    public CertificatePair pair() {
        return new CertificatePair(Pem.of(List.of(certificate)), Pem.of(key));
    }

    /** For readers of the certificate only; clients look at the alternative names. */
    private static X500Name subject(Host first) {
        return UnsignedCertificate.named(first.text().length() <= MAX_COMMON_NAME ? first.text() : "Marchwarden");
    }

    private static Instant now(InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static Duration positive(Duration lifetime) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("lifetime " + lifetime + " is too short (expected: at least a second)");
        }
        return lifetime;
    }
}
