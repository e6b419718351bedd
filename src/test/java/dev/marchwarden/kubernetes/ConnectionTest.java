package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.server.KeyedContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.Writer;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
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
    private final List<SNIServerName> serverNames = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    private int serve(HttpServer server) {
        server.createContext("/", exchange -> {
            if (exchange instanceof HttpsExchange https
                    && https.getSSLSession() instanceof ExtendedSSLSession session) {
                serverNames.addAll(session.getRequestedServerNames());
            }
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
                "connection refused (expected: check the server address (and proxy-url, if any) in the kubeconfig, and that the API server runs)");
    }

    @Test
    void noSuchHost() throws Exception {
        fails(
                "https://no.such.host.invalid:6443",
                "",
                "no such host (expected: check the server address (and proxy-url, if any) in the kubeconfig, and this machine's DNS)");
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

    /** As of a tunnel, whose end has another address than the server. */
    @Test
    void theCertificateMayBeForTheServerNameOfTheKubeconfig() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        int port = https(authority.issue(List.of("api.internal"), DAY));
        String named = trusting(authority) + ", tls-server-name: ";
        try (ClusterClient client = client("https://localhost:" + port, named + "api.internal", "token: t")) {
            assertThat(client.version()).isEqualTo("v1.35.2");
        }
        assertThat(serverNames).containsOnly(new SNIHostName("api.internal"));
        try (ClusterClient client = client("https://127.0.0.1:" + port, named + "other.internal", "token: t")) {
            assertThatThrownBy(client::version).hasMessageContaining("is for another host name");
        }
    }

    /** A proxy of http:// carries TLS too. */
    @Test
    void aProxyIsAskedForATunnel() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = proxy.accept();
                        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
                    asked.complete(in.readLine());
                    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                        // the rest of the request
                    }
                    socket.getOutputStream()
                            .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
                    socket.shutdownOutput();
                    in.transferTo(Writer.nullWriter());
                } catch (IOException e) {
                    asked.completeExceptionally(e);
                }
            });
            fails(
                    "https://api.invalid:6443",
                    ", proxy-url: \"http://127.0.0.1:" + proxy.getLocalPort() + "\"",
                    "the proxy does not connect to the server (tunnel failed, got: 403) (expected: check proxy-url in the"
                            + " kubeconfig, and that the proxy permits this server)");
        }
        assertThat(asked.get()).isEqualTo("CONNECT api.invalid:6443 HTTP/1.1");
    }

    /** A server that wants a client certificate. */
    private int mutual(CertificateAuthority authority) throws IOException {
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
        return serve(server);
    }

    /** The library takes a key in PKCS#8 for RSA. */
    @Test
    void aClientKeyOnAnEllipticCurveInPkcs8Works() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        CertificatePair client = authority.issue(List.of("ann"), DAY);
        assertThat(client.key()).startsWith("-----BEGIN PRIVATE KEY-----");
        works(authority, client.chain(), client.key());
    }

    /** As {@code openssl ecparam -genkey} writes it. */
    @Test
    void aClientKeyOnAnEllipticCurveAfterItsParametersWorks() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        CertificatePair client = authority.issue(List.of("ann"), DAY);
        String key =
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1(client.key());
        works(authority, client.chain(), key);
    }

    private void works(CertificateAuthority authority, String certificate, String key) throws Exception {
        String user = "client-certificate-data: " + data(certificate) + ", client-key-data: " + data(key);
        try (ClusterClient cluster = client("https://127.0.0.1:" + mutual(authority), trusting(authority), user)) {
            assertThat(cluster.version()).isEqualTo("v1.35.2");
        }
    }

    private static String sec1(String pkcs8) throws IOException {
        String base64 = pkcs8.replaceAll("-----.*-----|\\s", "");
        StringWriter text = new StringWriter();
        try (PemWriter pem = new PemWriter(text)) {
            PrivateKeyInfo key = PrivateKeyInfo.getInstance(Base64.getDecoder().decode(base64));
            ECPrivateKey bare = ECPrivateKey.getInstance(key.parsePrivateKey());
            ECPrivateKey named = new ECPrivateKey(
                    256,
                    bare.getKey(),
                    bare.getPublicKey(),
                    key.getPrivateKeyAlgorithm().getParameters());
            pem.writeObject(new PemObject("EC PRIVATE KEY", named.getEncoded()));
        }
        return text.toString();
    }

    @Test
    void anEncryptedClientKeyIsSaid() {
        String user = "client-certificate-data: " + data("x") + ", client-key-data: ";
        for (String key : List.of(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMA==\n-----END EC PRIVATE KEY-----\n")) {
            assertThatThrownBy(() -> client("https://127.0.0.1:1", "", user + data(key)))
                    .message()
                    .endsWith(", context \"a\": the client key is encrypted (expected: a key without a passphrase, as"
                            + " `openssl pkey -in FILE` prints it)");
        }
    }

    /** Its key is of the kind that the library cannot read. */
    @Test
    void theCertificateOfAProgramWorks() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(NOW, DAY);
        CertificatePair client = authority.issue(List.of("ann"), DAY);
        String credential = ("{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\","
                        + " \"status\": {\"clientCertificateData\": \"%s\", \"clientKeyData\": \"%s\"}}")
                .formatted(client.chain(), client.key())
                .replace("\n", "\\n");
        Files.writeString(directory.resolve("credential"), credential);
        Path program =
                Files.writeString(directory.resolve("program"), "#!/bin/sh\ncat \"$(dirname \"$0\")\"/credential\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        String user = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./program}";
        try (ClusterClient cluster = client("https://127.0.0.1:" + mutual(authority), trusting(authority), user)) {
            assertThat(cluster.version()).isEqualTo("v1.35.2");
        }
    }
}
