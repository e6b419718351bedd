package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Checks a certificate and a key before a server starts with them: a TLS stack finds most of this out at the first handshake
 * only, which is an outage.
 *
 * @param chainText the certificate, after it any intermediate ones
 * @param keyText the key of the certificate
 * @param now the time at which it has to be valid
 */
record Inspection(PemText chainText, PemText keyText, Instant now) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** By kind of key. */
    private static final Map<String, String> ALGORITHMS = Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    /** Of a pair that was just issued, so nothing can be wrong with it. */
    static ServingCertificate ofIssued(CertificatePair pair, Instant now) {
        try {
            return new Inspection(
                            new PemText(pair.chain().getBytes(US_ASCII), "a certificate of our own"),
                            new PemText(pair.key().getBytes(US_ASCII), "a key of our own"),
                            now)
                    .serving();
        } catch (UnusableCertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    ServingCertificate serving() throws UnusableCertificateException {
        List<X509Certificate> chain = chainText.certificates();
        X509Certificate certificate = chain.getFirst();
        PrivateKey key = keyText.privateKey();
        requireThatItBelongs(key, certificate);
        requireThatItIsValid(certificate);
        try {
            requireServerPurpose(certificate);
            return new ServingCertificate(
                    new CertificatePair(Pem.of(chain), Pem.of(key)),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant(),
                    names(certificate),
                    Fingerprint.of(certificate));
        } catch (CertificateParsingException e) {
            throw new UnusableCertificateException(
                    chainText.shown(), "has a damaged extension", "a certificate as RFC 5280 has it", e);
        }
    }

    private void requireThatItBelongs(PrivateKey key, X509Certificate certificate) throws UnusableCertificateException {
        if (!ALGORITHMS.containsKey(key.getAlgorithm())) {
            throw keyText.unusable("holds a key for " + key.getAlgorithm(), "a private key, RSA or EC");
        }
        if (!belongs(key, certificate)) {
            throw keyText.unusable(
                    "does not belong to the first certificate of " + chainText.shown(), "the key of that certificate");
        }
    }

    /** Signs with the one and verifies with the other: that is what a handshake does, and it holds for every kind of key. */
    static boolean belongs(PrivateKey key, X509Certificate certificate) {
        String algorithm = ALGORITHMS.get(key.getAlgorithm());
        if (algorithm == null) {
            return false;
        }
        byte[] probe = new byte[32];
        RANDOM.nextBytes(probe);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            Signature verifying = Signature.getInstance(algorithm);
            // The key, not the certificate, whose key usage may be for key agreement only.
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(probe);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            // Keys of two kinds, or on two curves.
            return false;
        }
    }

    private void requireThatItIsValid(X509Certificate certificate) throws UnusableCertificateException {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isBefore(notBefore)) {
            throw chainText.unusable("is not valid before " + notBefore, "a certificate that is valid at " + now);
        }
        if (now.isAfter(notAfter)) {
            throw chainText.unusable("has expired on " + notAfter, "a certificate that is valid at " + now);
        }
    }

    /** Go, and so the API server, refuses a certificate that names purposes and not this one. */
    private void requireServerPurpose(X509Certificate certificate)
            throws CertificateParsingException, UnusableCertificateException {
        List<String> purposes = certificate.getExtendedKeyUsage();
        if (purposes != null
                && !purposes.contains(KeyPurposeId.id_kp_serverAuth.getId())
                && !purposes.contains(KeyPurposeId.anyExtendedKeyUsage.getId())) {
            throw chainText.unusable("is not for servers", "the extended key usage serverAuth");
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
            throw chainText.unusable(
                    "names no host",
                    "a subject alternative name, for example SERVICE.NAMESPACE.svc; common names are not looked at");
        }
        return names;
    }
}
