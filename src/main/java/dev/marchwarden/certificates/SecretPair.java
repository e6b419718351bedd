package dev.marchwarden.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a Secret holds for a server, checked as a whole: a pair that can be served, is valid for the Service, and leads to an authority that is
 * in the Secret beside it.
 *
 * @param certificate what to serve
 * @param authority what it leads to
 * @param authorities all of {@code ca.crt}
 */
public record SecretPair(ServingCertificate certificate, X509Certificate authority, List<X509Certificate> authorities) {
    public SecretPair {
        authorities = List.copyOf(authorities);
    }

    /**
     * @param secret how messages call it
     * @param host the DNS name that the API server connects to
     * @throws UnusableCertificateException if there is none that could be served now
     */
    public static SecretPair read(Map<String, byte[]> data, String secret, String host, Instant now)
            throws UnusableCertificateException {
        PemText chain = entry(data, secret, TlsDirectory.CERTIFICATE);
        PemText key = entry(data, secret, TlsDirectory.KEY);
        List<X509Certificate> authorities =
                entry(data, secret, TlsDirectory.CA_CERTIFICATE).authorities();
        ServingCertificate certificate = new Inspection(chain, key, now).serving();
        if (!certificate.covers(host)) {
            throw chain.unusable("is for " + String.join(", ", certificate.names()), "a certificate for " + host);
        }
        X509Certificate authority = TrustPath.from(certificate.chain(), authorities, now)
                .orElseThrow(() -> chain.unusable(
                        "leads to none of the " + authorities.size() + " authorities of " + TlsDirectory.CA_CERTIFICATE
                                + " that are valid at " + now,
                        "a certificate that one of them has signed"));
        return new SecretPair(certificate, authority, authorities);
    }

    private static PemText entry(Map<String, byte[]> data, String secret, String name)
            throws UnusableCertificateException {
        byte[] content = data.get(name);
        if (content == null) {
            throw new UnusableCertificateException(
                    secret, data.isEmpty() ? "is empty" : "has no " + name, "tls.crt, tls.key and ca.crt");
        }
        return new PemText(content, secret + ": " + name);
    }
}
