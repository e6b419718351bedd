package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.certificates.CertificateAuthority;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is agreed on before the first byte of HTTP. */
@ParameterizedClass
@MethodSource("dev.marchwarden.server.ServingStack#available")
class TlsTest {
    private static final String[] BOTH = {"TLSv1.3", "TLSv1.2"};
    private static final int HANDSHAKE = 0x16;
    private static final int ALERT = 0x15;

    @AutoClose
    private final RunningWebhook webhook;

    TlsTest(ServingStack stack) throws Exception {
        this.webhook = RunningWebhook.plan().on(stack).start();
    }

    @AfterEach
    void theServerGoesOn() {
        assertThat(webhook.client()
                        .validate(RecordedReview.all().getFirst().body())
                        .allowed())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bothModernVersionsAreSpoken(String version) throws Exception {
        try (RawConnection connection = open(new String[] {version})) {
            assertThat(connection.protocol()).isEqualTo(version);
            assertAnswers(connection);
        }
    }

    /** By hand, for no client of today can be made to offer it. */
    @Test
    void olderVersionsAreRefused() throws Exception {
        assertThat(firstByteOfTheAnswerTo(clientHello(0x0303))).isEqualTo(HANDSHAKE);
        assertThat(firstByteOfTheAnswerTo(clientHello(0x0302))).isEqualTo(ALERT);
        assertThat(firstByteOfTheAnswerTo(clientHello(0x0301))).isEqualTo(ALERT);
    }

    @Test
    void http11IsAllThatIsOffered() throws Exception {
        try (RawConnection connection = open(BOTH, "h2", "http/1.1")) {
            assertThat(connection.applicationProtocol()).isEqualTo("http/1.1");
            assertAnswers(connection);
        }
        try (RawConnection connection = open(BOTH, "http/1.1")) {
            assertThat(connection.applicationProtocol()).isEqualTo("http/1.1");
        }
        try (RawConnection connection = open(BOTH)) {
            assertThat(connection.applicationProtocol()).isEmpty();
            assertAnswers(connection);
        }
        try (RawConnection connection = open(BOTH, "h2")) {
            assertThat(connection.applicationProtocol()).isNotEqualTo("h2");
        } catch (SSLException e) {
            assertThat(e).hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void whoTrustsAnotherAuthorityDoesNotConnect() {
        CertificateAuthority other = CertificateAuthority.create(InstantSource.system(), Duration.ofDays(1));
        assertThatThrownBy(() -> RawConnection.open(Trust.in(other.certificate()), webhook.port()))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\0\0\0\0\0\0\0\0",
                "\u0016\u0003\u0001\u00ff\u00ffgarbage"
            })
    void whatIsNoTlsIsCutOff(String garbage) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), webhook.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(garbage.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            byte[] answer = readAll(socket);
            assertThat(new String(answer, US_ASCII)).doesNotContain("HTTP/");
        }
    }

    private static byte[] readAll(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            return new byte[0]; // reset
        }
    }

    private RawConnection open(String[] protocols, String... applicationProtocols) throws IOException {
        return RawConnection.open(webhook.trust(), webhook.port(), protocols, applicationProtocols);
    }

    private static void assertAnswers(RawConnection connection) throws IOException {
        connection.post("/validate", RecordedReview.all().getFirst().body());
        assertThat(connection.read().allowed()).isTrue();
    }

    private int firstByteOfTheAnswerTo(byte[] hello) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), webhook.port())) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(hello);
            return socket.getInputStream().read();
        }
    }

    /** RFC 5246, 7.4.1.2, with all that a server with a P-256 certificate could want but a newer version. */
    private static byte[] clientHello(int version) throws IOException {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(hello);
        out.writeShort(version);
        out.write(new byte[32]);
        out.writeByte(0); // no session
        int[] suites = {0xC02B, 0xC023, 0xC009, 0xC00A, 0xC013, 0xC014, 0x002F};
        out.writeShort(2 * suites.length);
        for (int suite : suites) {
            out.writeShort(suite);
        }
        out.write(new byte[] {1, 0}); // no compression
        byte[] extensions = {
            0,
            10,
            0,
            4,
            0,
            2,
            0,
            23, // groups: secp256r1
            0,
            11,
            0,
            2,
            1,
            0, // point formats: uncompressed
            0,
            13,
            0,
            6,
            0,
            4,
            4,
            3,
            2,
            3 // signatures: ECDSA with SHA-256, with SHA-1
        };
        out.writeShort(extensions.length);
        out.write(extensions);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        DataOutputStream framed = new DataOutputStream(record);
        framed.writeByte(HANDSHAKE);
        framed.writeShort(0x0301);
        framed.writeShort(hello.size() + 4);
        framed.writeInt(0x01000000 | hello.size());
        hello.writeTo(framed);
        return record.toByteArray();
    }
}
