package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP has to say before there is anything to decide; after each abuse the server goes on as if nothing had been. */
@ParameterizedClass
@MethodSource("dev.marchwarden.server.ServingStack#bestAndLeast")
class HttpContractTest {
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_CONNECTIONS = 8;
    private static final Limits SMALL =
            new Limits(MAX_BODY, 2L * MAX_BODY, Duration.ofMillis(700), Duration.ofMinutes(1), MAX_CONNECTIONS);
    private static final byte[] GOOD = RecordedReview.all().getFirst().body();

    @AutoClose
    private final RunningWebhook webhook;

    HttpContractTest(ServingStack stack) throws Exception {
        this.webhook = RunningWebhook.plan().on(stack).within(SMALL).start();
    }

    @AfterEach
    void theServerGoesOn() throws Exception {
        assertThat(webhook.client().validate(GOOD).allowed()).isTrue();
        assertThat(eventually("marchwarden_bodies_in_flight_bytes", 0)).isZero();
        assertThat(webhook.metric("marchwarden_unexpected_failures_total")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"})
    void onlyPostIsAllowed(String method) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(method + " /validate HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Reply reply = method.equals("HEAD") ? connection.readHead() : connection.read();
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.header("allow")).isEqualTo("POST");
            if (!method.equals("HEAD")) {
                assertIsStatus(reply, 405, "MethodNotAllowed");
            }
            assertGoesOn(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/validate/x", "/Validate", "/metrics", "/livez", "/validate/.."})
    void otherPathsAreNotFound(String path) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.post(path, GOOD);
            assertIsStatus(connection.read(), 404, "NotFound");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/yaml", "application/jsonp", "application/vnd.kubernetes.protobuf", ""
            })
    void otherMediaTypesAreUnsupported(String type) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: " + type, "Content-Length: " + GOOD.length));
            connection.send(GOOD);
            assertIsStatus(connection.read(), 415, "UnsupportedMediaType");
        }
    }

    @Test
    void noMediaTypeIsUnsupported() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Length: " + GOOD.length));
            connection.send(GOOD);
            assertIsStatus(connection.read(), 415, "UnsupportedMediaType");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"})
    void jsonHoweverItIsSpelledIsSupported(String type) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: " + type, "Content-Length: " + GOOD.length));
            connection.send(GOOD);
            assertThat(connection.read().allowed()).isTrue();
        }
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedUnread() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: application/json", "Content-Length: " + (MAX_BODY + 1)));
            assertIsStatus(connection.read(), 413, "RequestEntityTooLarge");
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    /** Whoever sends first and reads afterwards, as most clients do, must get to see why. */
    @Test
    void aBodyThatIsTooLargeIsRefusedLegiblyEvenIfItIsSentAllTheSame() throws Exception {
        for (int i = 0; i < 5; i++) {
            Reply reply = webhook.client().validate(new byte[8 * MAX_BODY]);
            assertIsStatus(reply, 413, "RequestEntityTooLarge");
        }
    }

    @Test
    void aChunkedBodyThatGrowsTooLargeIsRefused() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: application/json", "Transfer-Encoding: chunked"));
            String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
            for (int sent = 0; sent <= MAX_BODY; sent += 0x4000) {
                connection.send(chunk);
            }
            assertIsStatus(connection.read(), 413, "RequestEntityTooLarge");
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aChunkedReviewIsDecided() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: application/json", "Transfer-Encoding: chunked"));
            connection.send(Integer.toHexString(GOOD.length) + "\r\n");
            connection.send(GOOD);
            connection.send("\r\n0\r\n\r\n");
            assertThat(connection.read().allowed()).isTrue();
            assertGoesOn(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "null",
                "[]",
                "{}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":null}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"\"}}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\",\"request\":{\"uid\":\"1\"}}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\"}",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\"}} x"
            })
    void whatIsNoReviewIsABadRequest(String body) throws Exception {
        double before = webhook.metric("marchwarden_malformed_reviews_total");
        try (RawConnection connection = webhook.connect()) {
            connection.post("/validate", body.getBytes(UTF_8));
            assertIsStatus(connection.read(), 400, "BadRequest");
            assertGoesOn(connection);
        }
        assertThat(webhook.metric("marchwarden_malformed_reviews_total")).isEqualTo(before + 1);
    }

    @Test
    void whatCannotBeDecidedIsDeniedWithTheUid() throws Exception {
        Reply reply = webhook.client().validate("""
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1","kind":{"group":"",
                "version":"v1","kind":"Namespace"},"resource":{"resource":"namespaces"},"operation":"UPDATE",
                "name":"a","object":{"metadata":{"name":"a"}}}}""".getBytes(UTF_8));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().path("uid").asText()).isEqualTo("u-1");
        assertThat(reply.allowed()).isFalse();
        assertThat(reply.response().at("/status/code").asInt()).isEqualTo(500);
        assertThat(reply.response().at("/status/message").asText()).contains("request.oldObject is missing");
    }

    @Test
    void beyondTheBodyBudgetRequestsAreSentAwayAtOnce() throws Exception {
        try (RawConnection one = webhook.connect();
                RawConnection two = webhook.connect();
                RawConnection three = webhook.connect()) {
            for (RawConnection slow : List.of(one, two)) {
                slow.send(head("Content-Type: application/json", "Content-Length: " + MAX_BODY));
            }
            assertThat(eventually("marchwarden_bodies_in_flight_bytes", 2 * MAX_BODY))
                    .isEqualTo(2 * MAX_BODY);
            three.post("/validate", GOOD);
            assertIsStatus(three.read(), 503, "ServiceUnavailable");
            assertIsStatus(one.read(), 408, "Timeout");
            assertIsStatus(two.read(), 408, "Timeout");
        }
        // However often it is done, nothing of the budget is lost.
        for (int round = 0; round < 5; round++) {
            try (RawConnection gone = webhook.connect()) {
                gone.send(head("Content-Type: application/json", "Content-Length: " + MAX_BODY));
                gone.send("{");
            }
        }
        assertThat(eventually("marchwarden_bodies_in_flight_bytes", 0)).isZero();
    }

    @Test
    void aBodyThatTricklesInIsGivenUp() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: application/json", "Content-Length: 1000"));
            for (int i = 0; i < 4; i++) {
                connection.send("{");
                Thread.sleep(100);
            }
            assertIsStatus(connection.read(), 408, "Timeout");
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.post("/validate", GOOD);
            connection.post("/nowhere", GOOD);
            connection.post("/validate", "nonsense".getBytes(UTF_8));
            connection.send("GET /validate HTTP/1.1\r\nHost: localhost\r\n\r\n");
            connection.post("/validate", GOOD);
            assertThat(List.of(
                            connection.read().status(),
                            connection.read().status(),
                            connection.read().status(),
                            connection.read().status(),
                            connection.read().status()))
                    .containsExactly(200, 404, 400, 405, 200);
        }
    }

    @Test
    void aClientThatExpectsToBeToldIsToldToContinue() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(
                    head("Content-Type: application/json", "Content-Length: " + GOOD.length, "Expect: 100-continue"));
            assertThat(connection.read().status()).isEqualTo(100);
            connection.send(GOOD);
            assertThat(connection.read().allowed()).isTrue();
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws Exception {
        List<RawConnection> open = new ArrayList<>();
        try {
            // One is the client's own.
            for (int i = 0; i < MAX_CONNECTIONS - 1; i++) {
                RawConnection connection = webhook.connect();
                open.add(connection);
                assertGoesOn(connection);
            }
            assertThat(webhook.client().validate(GOOD).allowed()).isTrue();
            try (RawConnection tooMany = webhook.connect()) {
                assertThat(tooMany.endsWithin(Duration.ofSeconds(5))).isTrue();
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?is).*(closed|reset|terminated|broken).*");
            }
            assertGoesOn(open.getFirst());
        } finally {
            for (RawConnection connection : open) {
                connection.close();
            }
        }
        assertThat(eventually("marchwarden_connections", 1)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, 16_000})
    void headersThatAreTooLargeAreRefused(int length) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send("POST /validate HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(length));
            assertThat(connection.read().status()).isEqualTo(431);
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aRequestLineThatIsTooLongIsRefused() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send("POST /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(connection.read().status()).isEqualTo(414);
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1e3\r\n\r\n",
                "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                "POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nXYZ\r\n"
            })
    void whatIsNoHttpIsRefused(String request) throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(request);
            assertThat(connection.read().status()).isBetween(400, 499);
            assertThat(connection.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    /** What two readers may take for one or for two requests is decided by neither. */
    @Test
    void bothLengthsAtOnceAreNoWayToSmuggle() throws Exception {
        try (RawConnection connection = webhook.connect()) {
            connection.send(head("Content-Type: application/json", "Content-Length: 5", "Transfer-Encoding: chunked"));
            connection.send("0\r\n\r\n");
            Reply reply = connection.read();
            assertThat(reply.status()).isEqualTo(400);
        }
    }

    private void assertGoesOn(RawConnection connection) throws IOException {
        connection.post("/validate", GOOD);
        assertThat(connection.read().allowed()).isTrue();
    }

    private static void assertIsStatus(Reply reply, int code, String reason) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(code);
        assertThat(reply.header("content-type")).isEqualTo("application/json");
        assertThat(reply.json().path("kind").asText()).isEqualTo("Status");
        assertThat(reply.json().path("apiVersion").asText()).isEqualTo("v1");
        assertThat(reply.json().path("status").asText()).isEqualTo("Failure");
        assertThat(reply.json().path("code").asInt()).isEqualTo(code);
        assertThat(reply.json().path("reason").asText()).isEqualTo(reason);
        assertThat(reply.json().path("message").asText()).isNotEmpty();
    }

    private static String head(String... fields) {
        StringBuilder head = new StringBuilder("POST /validate HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** The value of a series once it is as expected, or after five seconds. */
    private double eventually(String series, double expected) throws Exception {
        double value = webhook.metric(series);
        for (int i = 0; i < 100 && value != expected; i++) {
            Thread.sleep(50);
            value = webhook.metric(series);
        }
        return value;
    }
}
