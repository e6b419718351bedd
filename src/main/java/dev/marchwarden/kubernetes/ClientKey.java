package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.AuthInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate with its key in PKCS#8, of any algorithm. The client library takes such a key for RSA, so that one on an elliptic
 * curve does not work.
 */
final class ClientKey {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final Pattern ENCRYPTED = Pattern.compile("BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED");

    /** Before a key, as openssl writes it, where the library expects nothing but the key. */
    private static final Pattern EC_PARAMETERS =
            Pattern.compile("-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----\\s*");

    private ClientKey() {}

    /** Null where the key is of another form, which the library reads. */
    static KeyManager @Nullable [] keyManagers(AuthInfo user) throws IOException {
        byte @Nullable [] key = bytes(user.getClientKeyData(), user.getClientKey());
        byte @Nullable [] certificate = bytes(user.getClientCertificateData(), user.getClientCertificate());
        if (certificate != null && key == null) {
            throw new IOException("client-certificate without client-key (expected: a client certificate and its key)");
        }
        String text = key == null ? "" : new String(key, US_ASCII);
        if (ENCRYPTED.matcher(text).find()) {
            throw new IOException(
                    "the client key is encrypted (expected: a key without a passphrase, as `openssl pkey -in FILE` prints it)");
        }
        Matcher parameters = EC_PARAMETERS.matcher(text);
        if (parameters.find()) {
            user.setClientKeyData(
                    Base64.getEncoder().encodeToString(parameters.replaceAll("").getBytes(US_ASCII)));
        }
        Matcher pem = PKCS8.matcher(text);
        if (certificate == null || !pem.find()) {
            return null;
        }
        try {
            List<Certificate> chain = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(certificate)));
            if (chain.isEmpty()) {
                throw new IOException("the client certificate is empty (expected: a certificate in PEM)");
            }
            String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
            PrivateKey read = KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("client", read, new char[0], chain.toArray(Certificate[]::new));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            return managers.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the client certificate and its key do not fit together (expected: a pair in PEM)", e);
        }
    }

    private static byte @Nullable [] bytes(@Nullable String data, @Nullable String file) throws IOException {
        if (data != null && !data.isEmpty()) {
            try {
                return Base64.getMimeDecoder().decode(data);
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "client-certificate-data or client-key-data is not base64 (expected: PEM in base64)", e);
            }
        }
        return file == null || file.isEmpty() ? null : Files.readAllBytes(Path.of(file));
    }
}
