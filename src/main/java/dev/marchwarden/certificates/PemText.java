package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Parses PEM, from a file or a Secret. Every failure is one sentence for the operator. */
final class PemText {
    private static final String CERTIFICATES = "PEM with the serving certificate first and nothing but certificates";
    private static final String KEY = "PEM with one private key, RSA or EC, not encrypted";

    private final byte[] content;
    private final String shown;

    /** @param shown how messages call it */
    PemText(byte[] content, String shown) {
        this.content = content;
        this.shown = shown;
    }

    String shown() {
        return shown;
    }

    /** Of a server, at least one. */
    List<X509Certificate> certificates() throws UnusableCertificateException {
        return certificates(CERTIFICATES);
    }

    /** At least one. */
    List<X509Certificate> authorities() throws UnusableCertificateException {
        return certificates("PEM with certificates of authorities and nothing else");
    }

    private List<X509Certificate> certificates(String expected) throws UnusableCertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object block : blocks(expected)) {
            if (!(block instanceof X509CertificateHolder certificate)) {
                throw unusable("holds " + nameOf(block), expected);
            }
            try {
                certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
            } catch (CertificateException e) {
                throw new UnusableCertificateException(shown, "holds a certificate that is damaged", expected, e);
            }
        }
        return certificates;
    }

    /** From PKCS#8, or from the older forms of OpenSSL: cert-manager writes {@code RSA PRIVATE KEY} and {@code EC PRIVATE KEY}. */
    PrivateKey privateKey() throws UnusableCertificateException {
        List<Object> blocks = new ArrayList<>(blocks(KEY));
        // `openssl ecparam -genkey` writes the name of the curve in front of the key, which names it too.
        blocks.removeIf(block -> block instanceof ASN1ObjectIdentifier || block instanceof X9ECParameters);
        if (blocks.size() != 1) {
            throw unusable("holds " + blocks.size() + " PEM blocks", KEY);
        }
        PrivateKeyInfo key = switch (blocks.getFirst()) {
            case PrivateKeyInfo pkcs8 -> pkcs8;
            case PEMKeyPair openssl -> openssl.getPrivateKeyInfo();
            case Object other -> throw unusable("holds " + nameOf(other), KEY);
        };
        try {
            return new JcaPEMKeyConverter().getPrivateKey(key);
        } catch (PEMException | RuntimeException e) {
            throw new UnusableCertificateException(shown, "holds a key that is damaged or of an unknown kind", KEY, e);
        }
    }

    UnusableCertificateException unusable(String problem, String expected) {
        return new UnusableCertificateException(shown, problem, expected);
    }

    private List<Object> blocks(String expected) throws UnusableCertificateException {
        List<Object> blocks = new ArrayList<>();
        String text = new String(content, ISO_8859_1);
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                blocks.add(block);
            }
        } catch (IOException | RuntimeException e) {
            // PEMParser lets runtime exceptions of the ASN.1 layer through.
            throw new UnusableCertificateException(shown, "is damaged or cut off", expected, e);
        }
        if (blocks.isEmpty()) {
            throw unusable(text.isBlank() ? "is empty" : "is not PEM", expected);
        }
        return blocks;
    }

    private static String nameOf(Object block) {
        if (block instanceof X509CertificateHolder) {
            return "a certificate";
        }
        if (block instanceof PrivateKeyInfo || block instanceof PEMKeyPair) {
            return "a private key";
        }
        if (block instanceof PEMEncryptedKeyPair || block instanceof PKCS8EncryptedPrivateKeyInfo) {
            return "an encrypted private key";
        }
        return "a PEM block of another kind";
    }
}
