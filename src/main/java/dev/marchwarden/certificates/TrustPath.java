package dev.marchwarden.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the authority that has signed a served chain. It looks at each alone, for during a rotation two of them have the same name; and
 * at the validity of the authority as well, as Go and so the API server do and the JDK does not.
 */
public final class TrustPath {
    private TrustPath() {}

    /**
     * @param chain the serving certificate, after it any intermediate ones
     * @param authorities as a caBundle or {@code ca.crt} has them
     */
    public static Optional<X509Certificate> from(
            List<X509Certificate> chain, Collection<X509Certificate> authorities, Instant now) {
        return authorities.stream()
                .filter(authority -> isValid(authority, now))
                .filter(authority -> leadsTo(chain, authority, now))
                .findFirst();
    }

    static boolean isValid(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    private static boolean leadsTo(List<X509Certificate> chain, X509Certificate authority, Instant now) {
        // Chains may go on beyond the authority: up to the root, or over the same certificate once more.
        for (int length = 1; length <= chain.size(); length++) {
            if (chain.get(length - 1).equals(authority)) {
                return length == 1 || validates(chain.subList(0, length - 1), authority, now);
            }
            if (validates(chain.subList(0, length), authority, now)) {
                return true;
            }
        }
        return false;
    }

    private static boolean validates(List<X509Certificate> path, X509Certificate authority, Instant now) {
        try {
            CertPath certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false); // nobody publishes lists for a webhook
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
            return true;
        } catch (CertPathValidatorException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK validates no certificate paths", e);
        }
    }
}
