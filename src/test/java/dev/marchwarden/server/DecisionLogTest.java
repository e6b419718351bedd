package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One line a decision, each as decision-log.schema.json says. */
class DecisionLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema SCHEMA = schema();
    private static final String MILD = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            spec:
              usergroups:
              - name: usergroup-1
                owners: {groups: [team-1]}
              - name: usergroup-2
              enforcement:
                rules: {injection-label: warn, revision-mismatch: audit}
              exemptions:
                users: [the-exempted]
            """;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private static JsonSchema schema() {
        InputStream source = Objects.requireNonNull(DecisionLine.class.getResourceAsStream("decision-log.schema.json"));
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(source);
    }

    @Test
    void everyRecordedReviewLeavesOneLineThatIsAsTheSchemaSays() throws Exception {
        List<RecordedReview> reviews = RecordedReview.all();
        try (RunningWebhook webhook =
                RunningWebhook.plan().decisionsTo(lines::add).start()) {
            for (RecordedReview review : reviews) {
                webhook.client().validate(review.body());
                webhook.client().mutate(review.body());
            }
        }
        assertThat(lines).hasSize(2 * reviews.size());
        List<JsonNode> parsed = parsedAndAsTheSchemaSays();
        assertThat(parsed)
                .extracting(line -> line.path("decision").asText())
                .contains("allowed", "denied", "mutated")
                .doesNotContain("error");
        // In the order of the requests, each with what its request said.
        for (int i = 0; i < reviews.size(); i++) {
            JsonNode request = JSON.readTree(reviews.get(i).body()).path("request");
            JsonNode line = parsed.get(2 * i);
            assertThat(line.path("uid")).isEqualTo(request.path("uid"));
            assertThat(line.path("operation")).isEqualTo(request.path("operation"));
            assertThat(line.path("user")).isEqualTo(request.at("/userInfo/username"));
            assertThat(line.path("groups")).isEqualTo(request.at("/userInfo/groups"));
            assertThat(line.path("webhook").asText()).isEqualTo("validate");
        }
    }

    @Test
    void everyKindOfDecisionIsAsTheSchemaSays() throws Exception {
        Tenancy mild = TenancyFile.parse("mild.yaml", MILD.getBytes(UTF_8));
        try (RunningWebhook webhook =
                RunningWebhook.plan().under(mild).decisionsTo(lines::add).start()) {
            assertThat(webhook.client()
                            .validate(create("alice", "usergroup-1", "usergroup-1", ",\"istio-injection\":\"enabled\""))
                            .decision())
                    .isEqualTo("warned");
            Reply audited = webhook.client().validate(create("alice", "usergroup-1", "usergroup-2", ""));
            assertThat(audited.decision()).isEqualTo("allowed");
            assertThat(audited.rules()).containsExactly("revision-mismatch");
            assertThat(webhook.client()
                            .validate(create("the-exempted", "usergroup-1", "nonsense", ""))
                            .decision())
                    .isEqualTo("exempted");
            assertThat(webhook.client()
                            .validate(create("alice", "nonsense", "nonsense", ""))
                            .decision())
                    .isEqualTo("denied");
            assertThat(webhook.client()
                            .validate(new String(create("alice", "a", "a", ""), UTF_8)
                                    .replace("CREATE", "CONNECT")
                                    .getBytes(UTF_8))
                            .decision())
                    .isEqualTo("error");
        }
        List<JsonNode> parsed = parsedAndAsTheSchemaSays();
        assertThat(parsed)
                .extracting(line -> line.path("decision").asText())
                .containsExactly("warned", "allowed", "exempted", "denied", "error");
        assertThat(texts(parsed.get(1), "enforcement")).containsExactly("audit");
        assertThat(texts(parsed.get(2), "rules")).isNotEmpty();
        assertThat(texts(parsed.get(4), "messages")).hasSize(1);
        assertThat(parsed.subList(0, 4))
                .allSatisfy(line -> assertThat(texts(line, "messages"))
                        .hasSameSizeAs(texts(line, "rules"))
                        .hasSameSizeAs(texts(line, "enforcement"))
                        .isNotEmpty());
        assertThat(texts(parsed.get(0), "messages").getFirst()).contains("istio-injection");
    }

    @Test
    void aNamespaceHasBothLabelsOnEitherSide() throws Exception {
        String review = new String(create("alice", "usergroup-1", "usergroup-1", ""), UTF_8);
        Tenancy mild = TenancyFile.parse("mild.yaml", MILD.getBytes(UTF_8));
        try (RunningWebhook webhook =
                RunningWebhook.plan().under(mild).decisionsTo(lines::add).start()) {
            webhook.client().validate(review.getBytes(UTF_8));
            webhook.client()
                    .mutate(review.replace(",\"istio.io/rev\":\"usergroup-1\"", "")
                            .getBytes(UTF_8));
            webhook.client()
                    .validate(review.replace("CREATE", "DELETE")
                            .replace("\"object\"", "\"oldObject\"")
                            .getBytes(UTF_8));
            webhook.client()
                    .validate(review.replace("\"kind\":\"Namespace\"", "\"kind\":\"ConfigMap\"")
                            .replace("namespaces", "configmaps")
                            .getBytes(UTF_8));
        }
        String joined = "{\"before\":null,\"after\":\"usergroup-1\"}";
        String deleted = "{\"before\":\"usergroup-1\",\"after\":null}";
        List<JsonNode> parsed = parsedAndAsTheSchemaSays();
        assertThat(parsed).extracting(line -> line.path("usergroup").toString()).startsWith(joined, joined, deleted);
        assertThat(parsed)
                .extracting(line -> line.path("revision").toString())
                .containsExactly(joined, joined, deleted, "");
    }

    @ParameterizedTest
    @CsvSource({
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        // Of a later version of the format, what this one has.
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more, cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    })
    void aDecisionIsJoinedToTheTraceOfItsCall(String sent, String logged) throws Exception {
        tracedBy(sent);
        assertThat(parsedAndAsTheSchemaSays())
                .singleElement()
                .satisfies(
                        line -> assertThat(line.path("traceparent").textValue()).isEqualTo(logged));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "\",\"decision\":\"allowed",
                ""
            })
    void whatIsNoTraceIsLeftOut(String sent) throws Exception {
        tracedBy(sent);
        assertThat(parsedAndAsTheSchemaSays())
                .singleElement()
                .satisfies(line -> assertThat(line.has("traceparent")).isFalse());
    }

    @Test
    void twoTracesAreNone() throws Exception {
        tracedBy(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertThat(parsedAndAsTheSchemaSays())
                .singleElement()
                .satisfies(line -> assertThat(line.has("traceparent")).isFalse());
    }

    private void tracedBy(String... traceparents) throws Exception {
        try (RunningWebhook webhook =
                RunningWebhook.plan().decisionsTo(lines::add).start()) {
            assertThat(webhook.client()
                            .validateTraced(RecordedReview.all().getFirst().body(), traceparents)
                            .allowed())
                    .isTrue();
        }
    }

    /** Whatever a request holds, a line stays one line, and is bounded. */
    @Test
    void noRequestCanBreakALineOrMakeItLong() throws Exception {
        String nasty = "x\\n{\\\"decision\\\":\\\"allowed\\\"}\\r\\u2028\\u0000\\ud800\\u001b[31m" + "y".repeat(5_000);
        try (RunningWebhook webhook =
                RunningWebhook.plan().decisionsTo(lines::add).start()) {
            webhook.client().validate(create(nasty, nasty, nasty, ",\"istio-injection\":\"" + nasty + "\""));
            webhook.client()
                    .validate(
                            ("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"u\","
                                            + "\"operation\":\"" + nasty + "\",\"name\":\"" + nasty
                                            + "\",\"resource\":{\"resource\":\"namespaces\"},\"kind\":{\"kind\":\""
                                            + nasty + "\"}}}")
                                    .getBytes(UTF_8));
        }
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line).matches("[ -~]*");
            assertThat(line.length()).isLessThan(8_000);
        });
        parsedAndAsTheSchemaSays();
    }

    @Test
    void theSchemaRefusesWhatItDoesNotKnow() throws Exception {
        assertThat(SCHEMA.validate(JSON.readTree("{\"decision\":\"allowed\",\"more\":1}")))
                .hasSizeGreaterThan(10);
        JsonNode schema = JSON.readTree(DecisionLine.class.getResourceAsStream("decision-log.schema.json"));
        assertThat(schema.path("properties"))
                .allSatisfy(property ->
                        assertThat(property.path("description").asText()).isNotEmpty());
    }

    /** A reader of our output that stalls: decisions go on, what does not fit is counted, and said once the reader is back. */
    @Test
    void aStalledReaderStallsNobody() throws Exception {
        CountDownLatch back = new CountDownLatch(1);
        byte[] review = RecordedReview.all().getFirst().body();
        int sent = 2_000;
        try (LoggedEvents log = LoggedEvents.of(DecisionLog.class)) {
            RunningWebhook webhook = RunningWebhook.plan()
                    .waitingLines(200)
                    .decisionsTo(line -> {
                        awaitUninterruptibly(back);
                        lines.add(line);
                    })
                    .start();
            try (webhook) {
                // As many on the way as it takes to fill the queue, without waiting for one another.
                try (RawConnection connection = webhook.connect()) {
                    Thread reader = Thread.ofVirtual().start(() -> readAll(connection, sent));
                    for (int i = 0; i < sent; i++) {
                        connection.post("/validate", review);
                    }
                    reader.join();
                }
                double lost = webhook.metric("marchwarden_decision_log_lost");
                assertThat(lost).isPositive();
                assertThat(webhook.client().validate(review).allowed()).isTrue();
                back.countDown();
            }
            long lost = webhook.decisions().lost();
            assertThat(lines.size() + lost).isEqualTo(sent + 1);
            assertThat(log.messages()).anySatisfy(message -> assertThat(message).contains("decisions were lost"));
        }
    }

    /** Lines that cannot be written are counted, and later ones are tried again. */
    @Test
    void linesThatCannotBeWrittenAreCountedAsLost() throws Exception {
        byte[] review = RecordedReview.all().getFirst().body();
        RunningWebhook webhook = RunningWebhook.plan()
                .decisionsTo(line -> {
                    lines.add(line);
                    if (lines.size() == 1) {
                        throw new IllegalStateException("no space left on device");
                    }
                })
                .start();
        try (webhook) {
            webhook.client().validate(review);
            for (int i = 0; i < 250 && webhook.decisions().lost() == 0; i++) {
                Thread.sleep(20);
            }
            assertThat(webhook.decisions().lost()).isOne();
            webhook.client().validate(review);
        }
        assertThat(lines).hasSize(2);
        assertThat(webhook.decisions().lost()).isOne();
    }

    private static void readAll(RawConnection connection, int replies) {
        try {
            for (int i = 0; i < replies; i++) {
                assertThat(connection.read().status()).isEqualTo(200);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<JsonNode> parsedAndAsTheSchemaSays() throws Exception {
        for (String line : lines) {
            assertThat(SCHEMA.validate(JSON.readTree(line))).as(line).isEmpty();
        }
        return lines.stream().map(DecisionLogTest::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(JsonNode line, String field) {
        return StreamSupport.stream(line.path(field).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static byte[] create(String user, String usergroup, String revision, String moreLabels) {
        return ("{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"u\",\"kind\":"
                        + "{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Namespace\"},\"resource\":{\"resource\":\"namespaces\"},"
                        + "\"operation\":\"CREATE\",\"name\":\"n\",\"userInfo\":{\"username\":\"" + user
                        + "\",\"groups\":[\"team-1\"]},\"object\":{\"metadata\":{\"name\":\"n\",\"labels\":{\"usergroup\":\""
                        + usergroup + "\",\"istio.io/rev\":\"" + revision + "\"" + moreLabels + "}}}}}")
                .getBytes(UTF_8);
    }
}
