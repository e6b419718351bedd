package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.marchwarden.certificates.CertificatePair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS for a server of the tests that is not ours. */
public final class KeyedContext {
    private KeyedContext() {}

    public static SSLContext of(CertificatePair pair) {
        return of(pair, null);
    }

    /** @param clients whose certificates are accepted; null for those that the JDK trusts */
    public static SSLContext of(CertificatePair pair, TrustManager @Nullable [] clients) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(pair.key().replaceAll("-----[^-]*-----", ""));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pair.chain().getBytes(US_ASCII)))
                    .toArray(Certificate[]::new);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, new char[0], chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), clients, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
