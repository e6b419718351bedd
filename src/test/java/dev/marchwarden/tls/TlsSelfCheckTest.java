package dev.marchwarden.tls;

import static dev.marchwarden.standin.Eventually.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.SecretPair;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client of our own says to what is served, and when that counts. */
@Timeout(60)
class TlsSelfCheckTest {
    private static final String HOST = "marchwarden.mesh.svc";
    private static final Duration DAY = Duration.ofDays(1);

    private final Vertx vertx = Vertx.vertx();
    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final CertificateAuthority other = CertificateAuthority.create(InstantSource.system(), DAY);
    private int port;

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private HttpServer serve(CertificatePair pair) throws Exception {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setPort(0)
                        .setHost("127.0.0.1")
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertValue(Buffer.buffer(pair.chain()))
                                .setKeyValue(Buffer.buffer(pair.key()))))
                .requestHandler(request -> request.response().end())
                .listen()
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
        return server;
    }

    private static CertificatePair issue(CertificateAuthority signer, String host) {
        return signer.issue(List.of(host), DAY);
    }

    private ExpectedCertificate expect(CertificatePair pair, CertificateAuthority... bundles) throws Exception {
        SecretPair read = SecretPair.read(
                Map.of(
                        "tls.crt", pair.chain().getBytes(US_ASCII),
                        "tls.key", pair.key().getBytes(US_ASCII),
                        "ca.crt", (authority.pair().chain() + other.pair().chain()).getBytes(US_ASCII)),
                "Secret",
                HOST,
                Instant.now());
        return new ExpectedCertificate(
                read.certificate(),
                List.of(bundles).stream()
                        .map(each -> Set.of(each.certificate()))
                        .toList());
    }

    private TlsSelfCheck check(ExpectedCertificate expected) {
        return new TlsSelfCheck(
                new BackgroundTasks(),
                new TlsSelfCheck.Target(InetAddress.getLoopbackAddress(), () -> port, () -> HOST),
                Duration.ofMillis(50),
                () -> expected,
                InstantSource.system());
    }

    private void assertFails(ExpectedCertificate expected, String why) {
        try (TlsSelfCheck check = check(expected)) {
            check.start();
            assertThat(check.condition().holds()).isFalse();
            assertThat(check.condition().detail()).contains(why);
            assertThat(check.failures()).isPositive();
        }
    }

    @Test
    void holdsWhereEveryBundleLeadsToWhatIsServed() throws Exception {
        CertificatePair pair = issue(authority, HOST);
        serve(pair);
        try (TlsSelfCheck check = check(expect(pair, authority, authority))) {
            assertThat(check.condition().holds()).isFalse();
            check.start();
            assertThat(check.condition().holds()).isTrue();
            assertThat(check.condition().detail()).startsWith("checked for " + HOST + " at ");
            assertThat(check.failures()).isZero();
        }
    }

    @Test
    void failsForWhatAClientWouldRefuse() throws Exception {
        CertificatePair pair = issue(authority, HOST);
        serve(pair);
        assertFails(expect(pair, other), "a client would refuse the served certificate");
        assertFails(expect(pair, authority, other), "a client would refuse the served certificate");
        assertFails(new ExpectedCertificate(expect(pair).certificate(), List.of(Set.of())), "a caBundle is empty");
        assertFails(expect(issue(authority, HOST), authority), "is served (expected: ");
        serve(issue(authority, "other.mesh.svc"));
        assertFails(expect(pair, authority), "a client would refuse the served certificate");
    }

    /** As Go and so the API server see it; the JDK trusts an authority whose time is over. */
    @Test
    void anExpiredAuthorityIsNotTrusted() throws Exception {
        CertificatePair pair = issue(authority, HOST);
        serve(pair);
        ExpectedCertificate expected = expect(pair, authority);
        InetAddress address = InetAddress.getLoopbackAddress();
        Instant expiry = authority.certificate().getNotAfter().toInstant();

        TlsProbe before = new TlsProbe(TlsProbe.DEADLINE, InstantSource.fixed(Instant.now()));
        TlsProbe after = new TlsProbe(TlsProbe.DEADLINE, InstantSource.fixed(expiry.plusSeconds(1)));

        assertThatCode(() -> before.check(address, port, HOST, expected)).doesNotThrowAnyException();
        assertThatThrownBy(() -> after.check(address, port, HOST, expected))
                .isInstanceOf(TlsProbe.WrongCertificateException.class)
                .hasMessage("the authority of the served certificate has expired");
    }

    @Test
    void silenceCountsWhenItLasts() throws Exception {
        CertificatePair pair = issue(authority, HOST);
        HttpServer server = serve(pair);
        try (TlsSelfCheck check = check(expect(pair, authority))) {
            check.start();
            assertThat(check.condition().holds()).isTrue();
            int before = port;
            server.close().await(10, TimeUnit.SECONDS);
            await("noticed", () -> check.failures() == 1);
            assertThat(check.condition().holds()).as("once is load").isTrue();
            await("counts", () -> !check.condition().holds());
            assertThat(check.condition().detail()).startsWith("no handshake within 2000 ms: ");
            serve(pair);
            assertThat(port).isNotEqualTo(before);
            await("ok again", () -> check.condition().holds());
        }
    }

    @Test
    void doesNotWaitForEverForOneWhoSaysNothing() throws Exception {
        CertificatePair pair = issue(authority, HOST);
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            port = silent.getLocalPort();
            long begin = System.nanoTime();
            assertFails(expect(pair, authority), "no handshake within 2000 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        }
    }
}
