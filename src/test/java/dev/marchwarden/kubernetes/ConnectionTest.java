package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.server.KeyedContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said where no API server answers as it should: one line, without a class name. */
@Timeout(60)
class ConnectionTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final InstantSource NOW = InstantSource.system();

    @TempDir
    private Path directory;

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    private int serve(HttpServer server) {
        server.createContext("/", exchange -> {
            byte[] body = "{\"gitVersion\": \"v1.35.2\", \"major\": \"1\", \"minor\": \"35\"}".getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private int https(CertificatePair pair) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(KeyedContext.of(pair)));
        return serve(server);
    }

    private ClusterClient client(String server, String cluster, String user) throws IOException {
        Path file = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: a
                contexts: [{name: a, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s"%s}}]
                users: [{name: u, user: {%s}}]
                """.formatted(server, cluster, user));
        return new ClusterClient(ClusterConfig.ofKubeconfig(file), Duration.ofSeconds(10));
    }

    private static String trusting(CertificateAuthority authority) {
        return ", certificate-authority-data: " + data(authority.pair().chain());
    }

    private static String data(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
    }

    private void fails(String server, String cluster, String message) throws IOException {
        try (ClusterClient client = client(server, cluster, "token: t")) {
            assertThatThrownBy(client::version)
                    .isInstanceOf(ClusterException.class)
                    .message()
                    .isEqualTo("cannot get /version: " + server + ": " + message);
        }
    }

    @Test
    void refused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        fails(
                "https://127.0.0.1:" + port,
                "",
                "connection refused (expected: check the server address in the kubeconfig, and that the API server runs)");
    }

    @Test
    void noSuchHost() throws Exception {
        fails(
                "https://no.such.host.invalid:6443",
                "",
                "no such host (expected: check the server address in the kubeconfig, and this machine's DNS)");
    }

    @Test
    void unknownAuthority() throws Exception {
        int port = https(CertificateAuthority.create(NOW, DAY).issue(List.of("127.0.0.1"), DAY));
        fails(
                "https://127.0.0.1:" + port,
                trusting(CertificateAuthority.create(NOW, DAY)),
                "the API server's certificate is signed by an unknown certificate authority (expected: check"
                        + " certificate-authority-data in the kubeconfig)");
    }

    @Test
    void expired() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(
                InstantSource.fixed(Instant.now().minus(Duration.ofDays(30))), Duration.ofDays(365));
        int port = https(authority.issue(List.of("127.0.0.1"), DAY));
        try (ClusterClient client = client("https://127.0.0.1:" + port, trusting(authority), "token: t")) {
            assertThatThrownBy(client::version)
                    .message()
                    .startsWith("cannot get /version: https://127.0.0.1:" + port
                            + ": the API server's certificate has expired (on ")
                    .endsWith(") (expected: renew the certificate, or check this machine's clock)");
        }
    }

    @Test
    void otherHost() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        int port = https(authority.issue(List.of("elsewhere.example"), DAY));
        fails(
                "https://127.0.0.1:" + port,
                trusting(authority),
                "the API server's certificate is for another host name (expected: use a server address that is in the"
                        + " certificate)");
    }

    @Test
    void plainText() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!listening.isClosed()) {
                    try (Socket socket = listening.accept()) {
                        assertThat(socket.getInputStream().read()).isNotNegative();
                        socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                        socket.getOutputStream().flush();
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // the client is gone
                    }
                }
            });
            fails(
                    "https://127.0.0.1:" + listening.getLocalPort(),
                    "",
                    "the server speaks plain text, not TLS (expected: use http:// or another port)");
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** The library takes a key in PKCS#8 for RSA. */
    @Test
    void aClientKeyOnAnEllipticCurveInPkcs8Works() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        CertificatePair client = authority.issue(List.of("ann"), DAY);
        assertThat(client.key()).startsWith("-----BEGIN PRIVATE KEY-----");
        SSLContext context =
                KeyedContext.of(authority.issue(List.of("127.0.0.1"), DAY), new TrustManager[] {new Anybody()});
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        int port = serve(server);
        String user = "client-certificate-data: " + data(client.chain()) + ", client-key-data: " + data(client.key());
        try (ClusterClient cluster = client("https://127.0.0.1:" + port, trusting(authority), user)) {
            assertThat(cluster.version()).isEqualTo("v1.35.2");
        }
    }
}
