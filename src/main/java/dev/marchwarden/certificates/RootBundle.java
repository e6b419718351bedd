package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Root certificates that are trusted together, at least one. */
public record RootBundle(List<X509Certificate> certificates) {
    private static final int SHOWN = 16;

    public RootBundle {
        certificates = List.copyOf(certificates);
    }

    /** Empty for what holds no certificate, or something else besides. */
    public static Optional<RootBundle> parse(String pem) {
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

    /** Whether some key is in both. */
    public boolean shares(RootBundle other) {
        return !Collections.disjoint(keys(), other.keys());
    }

    /** Base64 of the public keys: with such a key one signs certificates that all believe who have it, whatever else is in a root's certificate. */
    public Set<String> keys() {
        return certificates.stream()
                .map(certificate -> Base64.getEncoder()
                        .encodeToString(certificate.getPublicKey().getEncoded()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** When the first of them ends. */
    public Instant end() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The beginning of each one's SHA-256, as {@code openssl x509 -fingerprint -sha256} begins it. */
    public String fingerprints() {
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
