package dev.marchwarden.verification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Root certificates that are believed together, one at least. */
record RootBundle(List<X509Certificate> certificates) {
    private static final int SHOWN = 16;

    RootBundle {
        certificates = List.copyOf(certificates);
    }

    /** Empty for what holds no certificate, or something else besides. */
    static Optional<RootBundle> parse(String pem) {
        try {
            List<X509Certificate> all = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.strip().getBytes(ISO_8859_1)))
                    .forEach(one -> all.add((X509Certificate) one));
            return all.isEmpty() ? Optional.empty() : Optional.of(new RootBundle(all));
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }

    /** Whether some key is in both: with it one signs certificates that both believe, whatever else is in a root's certificate. */
    boolean shares(RootBundle other) {
        return certificates.stream()
                .anyMatch(its -> other.certificates.stream()
                        .anyMatch(theirs -> Arrays.equals(
                                its.getPublicKey().getEncoded(),
                                theirs.getPublicKey().getEncoded())));
    }

    /** When the first of them ends. */
    Instant end() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The beginning of each one's SHA-256, as {@code openssl x509 -fingerprint -sha256} begins it. */
    String fingerprints() {
        return certificates.stream().map(RootBundle::fingerprint).collect(Collectors.joining(", "));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return "SHA-256 " + HexFormat.of().formatHex(digest).substring(0, SHOWN);
        } catch (NoSuchAlgorithmException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
