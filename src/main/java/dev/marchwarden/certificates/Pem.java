package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys as PEM text. */
final class Pem {
    private Pem() {}

    static String of(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was parsed or built has no encoding", e);
            }
        }
        return text.toString();
    }

    /** Back from a text that this class has written. */
    static List<X509Certificate> certificates(String chain) {
        try {
            return new PemText(chain.getBytes(US_ASCII), "a chain of our own").certificates();
        } catch (UnusableCertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PKCS#8, which every TLS stack reads. */
    static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    private static String block(String type, byte[] der) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }
}
