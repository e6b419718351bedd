package dev.marchwarden.certificates;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** The fingerprint that identifies a certificate in logs and reports. */
public final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 of the whole certificate, 64 lower-case hex digits, as {@code openssl x509 -fingerprint -sha256} has it. */
    public static String of(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding, and every JDK has SHA-256", e);
        }
    }
}
