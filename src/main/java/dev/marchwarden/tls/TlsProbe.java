package dev.marchwarden.tls;

import dev.marchwarden.certificates.Fingerprint;
import dev.marchwarden.certificates.TrustPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client that knows as little of the server as the API server does: it opens a new connection and makes a handshake by the JDK's TLS,
 * whichever engine the server uses.
 *
 * @param deadline for one handshake
 */
record TlsProbe(Duration deadline, InstantSource clock) {
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /** The server answered with a certificate that a client would refuse. */
    static final class WrongCertificateException extends IOException {
        WrongCertificateException(String message) {
            super(message);
        }
    }

    /**
     * @param host the name that is asked for, and that the certificate has to be valid for
     * @throws WrongCertificateException if a client would not trust what is served
     * @throws IOException if nothing was served in time
     */
    void check(InetAddress address, int port, String host, ExpectedCertificate expected) throws IOException {
        for (Set<X509Certificate> bundle : expected.bundles()) {
            List<X509Certificate> served = handshake(address, port, host, bundle);
            String fingerprint = Fingerprint.of(served.getFirst());
            if (!fingerprint.equals(expected.certificate().fingerprint())) {
                throw new WrongCertificateException("the certificate " + fingerprint + " is served (expected: "
                        + expected.certificate().fingerprint() + ")");
            }
            // The JDK trusts an authority after it has expired.
            if (!bundle.contains(served.getFirst())
                    && TrustPath.from(served, bundle, clock.instant()).isEmpty()) {
                throw new WrongCertificateException("the authority of the served certificate has expired");
            }
        }
    }

    private List<X509Certificate> handshake(InetAddress address, int port, String host, Set<X509Certificate> bundle)
            throws IOException {
        if (bundle.isEmpty()) {
            throw new WrongCertificateException(
                    "a caBundle is empty, so no API server can trust the served certificate");
        }
        try (Socket plain = new Socket()) {
            Thread timeout = Thread.ofVirtual().start(() -> closeLate(plain));
            try {
                plain.connect(new InetSocketAddress(address, port), (int) deadline.toMillis());
                return handshake(plain, host, port, trusting(bundle));
            } finally {
                timeout.interrupt();
            }
        }
    }

    /** A timeout of the socket is one for each read. */
    private void closeLate(Socket socket) {
        try {
            Thread.sleep(deadline);
            socket.close();
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<X509Certificate> handshake(Socket plain, String host, int port, SSLContext client)
            throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            List<X509Certificate> chain = new ArrayList<>();
            for (java.security.cert.Certificate each : socket.getSession().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (SSLHandshakeException | SSLPeerUnverifiedException e) {
            if (e.getCause() instanceof CertificateException || e.getCause() == null) {
                throw new WrongCertificateException("a client would refuse the served certificate: " + e.getMessage());
            }
            throw e;
        }
    }

    private static SSLContext trusting(Set<X509Certificate> bundle) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate each : bundle) {
                store.setCertificateEntry(Fingerprint.of(each), each);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK does no TLS", e);
        }
    }
}
