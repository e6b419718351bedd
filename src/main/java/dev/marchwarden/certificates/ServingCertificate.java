package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A certificate that a server can be started with. Two are equal if the same bytes would be served, so a server that reads its directory
 * again can tell whether anything has changed.
 *
 * @param pair the PEM texts, normalised: nothing but the certificates, and a PKCS#8 key whatever the file had
 * @param notBefore from when on it is valid
 * @param notAfter until when; a client refuses it afterwards
 * @param names the DNS names and IP addresses that it is valid for, at least one
 * @param fingerprint SHA-256 of the certificate, 64 lower-case hex digits
 */
public record ServingCertificate(
        CertificatePair pair, Instant notBefore, Instant notAfter, List<String> names, String fingerprint) {
    public ServingCertificate {
        names = List.copyOf(names);
    }

    /** What TLS options take: the certificate, after it any intermediate ones. */
    public byte[] chainPem() {
        return pair.chain().getBytes(US_ASCII);
    }

    public byte[] keyPem() {
        return pair.key().getBytes(US_ASCII);
    }

    /** The certificate, after it any intermediate ones. */
    public List<X509Certificate> chain() {
        return Pem.certificates(pair.chain());
    }

    /**
     * Whether a client that has connected to that DNS name accepts it.
     *
     * @param name in lower case
     */
    public boolean covers(String name) {
        String parent = name.substring(name.indexOf('.') + 1);
        return names.stream()
                .map(each -> each.toLowerCase(Locale.ROOT))
                .anyMatch(each -> each.equals(name) || each.equals("*." + parent));
    }

    /** Neither key nor PEM. */
    @Override
    public String toString() {
        return "ServingCertificate[names=" + names + ", notBefore=" + notBefore + ", notAfter=" + notAfter
                + ", fingerprint=" + fingerprint + "]";
    }
}
