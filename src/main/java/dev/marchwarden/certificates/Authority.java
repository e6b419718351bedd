package dev.marchwarden.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An authority of a {@link Keyring}.
 *
 * @param key null where it is lost: what it has signed is still trusted, but it signs nothing more
 */
public record Authority(
        X509Certificate certificate, @Nullable PrivateKey key) {
    static Authority create(Instant now, Duration lifetime) {
        CertificateAuthority created = CertificateAuthority.create(InstantSource.fixed(now), lifetime);
        return new Authority(created.certificate(), created.key());
    }

    /** Whether a certificate that it signs now would be accepted by whoever trusts it. */
    boolean signs(Instant now) {
        return key != null && isValid(now) && certificate.getBasicConstraints() >= 0;
    }

    boolean isValid(Instant now) {
        return TrustPath.isValid(certificate, now);
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    ServingCertificate issue(Collection<String> hosts, Duration lifetime, Instant now) {
        if (key == null) {
            throw new IllegalStateException("the key of the authority " + Fingerprint.of(certificate) + " is lost");
        }
        CertificatePair pair = CertificateAuthority.of(InstantSource.fixed(now), certificate, key)
                .issue(hosts, lifetime);
        return Inspection.ofIssued(pair, now);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Authority[" + Fingerprint.of(certificate) + ", notAfter=" + notAfter()
                + (key == null ? ", without its key" : "") + "]";
    }
}
