package dev.marchwarden.certificates;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Whether a server can be started with a certificate and a key, before it is: a TLS stack finds most of this out at the first handshake
 * only, which is an outage.
 *
 * @param chainFile the certificate, after it any intermediate ones
 * @param keyFile the key of the certificate
 * @param now the time at which it has to be valid
 */
record Inspection(PemFile chainFile, PemFile keyFile, Instant now) {
    private static final SecureRandom RANDOM = new SecureRandom();

    ServingCertificate serving() throws UnusableCertificateException {
        List<X509Certificate> chain = chainFile.certificates();
        X509Certificate certificate = chain.getFirst();
        PrivateKey key = keyFile.privateKey();
        requireThatItBelongs(key, certificate);
        requireThatItIsValid(certificate);
        try {
            requireServerPurpose(certificate);
            return new ServingCertificate(
                    new CertificatePair(Pem.of(chain), Pem.of(key)),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(),
                    names(certificate),
                    fingerprint(certificate));
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException(
                    chainFile.shown(), "has a damaged extension", "a certificate as RFC 5280 has it", e);
        }
    }

    /** Signs with the one and verifies with the other: that is what a handshake does, and it holds for every kind of key. */
    private void requireThatItBelongs(PrivateKey key, X509Certificate certificate) throws UnusableCertificateException {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> throw keyFile.unusable("holds a key for " + key.getAlgorithm(), "a private key, RSA or EC");
        };
        byte[] probe = new byte[32];
        RANDOM.nextBytes(probe);
        boolean belongs;
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            Signature verifying = Signature.getInstance(algorithm);
            // The key, not the certificate, whose key usage may be for key agreement only.
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(probe);
            belongs = verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            // Keys of two kinds, or on two curves.
            belongs = false;
        }
        if (!belongs) {
            throw keyFile.unusable(
                    "does not belong to the first certificate of " + chainFile.shown(), "the key of that certificate");
        }
    }

    private void requireThatItIsValid(X509Certificate certificate) throws UnusableCertificateException {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isBefore(notBefore)) {
            throw chainFile.unusable("is not valid before " + notBefore, "a certificate that is valid at " + now);
        }
        if (now.isAfter(notAfter)) {
            throw chainFile.unusable("has expired on " + notAfter, "a certificate that is valid at " + now);
        }
    }

    /** Go, and so the API server, refuses a certificate that names purposes and not this one. */
    private void requireServerPurpose(X509Certificate certificate)
            throws CertificateParsingException, UnusableCertificateException {
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (purposes != null
                && !purposes.contains(KeyPurposeId.id_kp_serverAuth.getId())
                && !purposes.contains(KeyPurposeId.anyExtendedKeyUsage.getId())) {
            throw chainFile.unusable("is not for servers", "the extended key usage serverAuth");
        }
    }

    private List<String> names(X509Certificate certificate)
            throws CertificateParsingException, UnusableCertificateException {
        Collection<List<?>> alternativeNames = certificate.getSubjectAlternativeNames();
        List<String> names = alternativeNames == null
                ? List.of()
                : alternativeNames.stream()
                        .filter(name -> name.get(0) instanceof Integer kind
                                && (kind == GeneralName.dNSName || kind == GeneralName.iPAddress))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
        if (names.isEmpty()) {
            throw chainFile.unusable(
                    "names no host",
                    "a subject alternative name, for example SERVICE.NAMESPACE.svc; common names are not looked at");
        }
        return names;
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a parsed certificate has an encoding, and every JDK has SHA-256", e);
        }
    }
}
