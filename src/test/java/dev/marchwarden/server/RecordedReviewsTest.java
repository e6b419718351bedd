package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonPatch;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server sent, over HTTPS, against the table that came with it. */
class RecordedReviewsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theTableNamesEveryRecordedReview() {
        List<RecordedReview> all = RecordedReview.all();
        assertThat(all).hasSizeGreaterThan(90);
        assertThat(all).allSatisfy(review -> assertThat(review.path()).isRegularFile());
        assertThat(all).filteredOn(review -> review.afterMutate() != null).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("dev.marchwarden.server.ServingStack#available")
    void everyRecordedReviewIsDecidedAsTheTableSays(ServingStack stack) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        try (RunningWebhook webhook = RunningWebhook.plan().on(stack).start()) {
            assertThat(webhook.metric("marchwarden_tls_info{engine=\""
                            + stack.engine().spelling() + "\",transport=\"" + stack.transport() + "\"}"))
                    .isOne();
            for (RecordedReview review : RecordedReview.all()) {
                Reply reply = webhook.client().validate(review.body());
                assertIsAnAnswer(softly, review, reply);
                assertDecided(softly, review.file(), reply, review.validate());
                RecordedReview.Expectation afterMutate = review.afterMutate();
                if (afterMutate != null) {
                    Reply mutated = webhook.client().mutate(review.body());
                    softly.assertThat(mutated.decision()).isEqualTo("mutated");
                    assertDecided(
                            softly,
                            review.file() + " after /mutate",
                            webhook.client().validate(patched(review.body(), mutated)),
                            afterMutate);
                }
            }
            assertThat(webhook.metric("marchwarden_admissions_total{decision=\"denied\",kind=\"VirtualService\","
                            + "operation=\"CREATE\",rule=\"foreign-host\",webhook=\"validate\"}"))
                    .isEqualTo(3);
        }
        softly.assertAll();
    }

    private static void assertDecided(
            SoftAssertions softly, String name, Reply reply, RecordedReview.Expectation expected) {
        softly.assertThat(reply.decision()).as(name).isEqualTo(expected.decision());
        softly.assertThat(reply.rules()).as(name).isEqualTo(expected.rules());
        softly.assertThat(reply.allowed())
                .as(name)
                .isEqualTo(!expected.decision().equals("denied"));
        if (!reply.allowed()) {
            softly.assertThat(reply.response().at("/status/code").asInt())
                    .as(name)
                    .isEqualTo(403);
            softly.assertThat(reply.response().at("/status/message").asText())
                    .as(name)
                    .contains(expected.rules());
        }
    }

    /** An AdmissionReview as fabric8 reads it, for this request, without what a validating webhook must not send. */
    private static void assertIsAnAnswer(SoftAssertions softly, RecordedReview review, Reply reply) throws Exception {
        softly.assertThat(reply.status()).as(review.file()).isEqualTo(200);
        softly.assertThat(reply.header("content-type")).as(review.file()).isEqualTo("application/json");
        AdmissionReview answer = JSON.readValue(reply.body(), AdmissionReview.class);
        softly.assertThat(answer.getApiVersion()).isEqualTo("admission.k8s.io/v1");
        softly.assertThat(answer.getKind()).isEqualTo("AdmissionReview");
        softly.assertThat(answer.getResponse().getUid())
                .as(review.file())
                .isEqualTo(JSON.readTree(review.body()).at("/request/uid").asText());
        softly.assertThat(reply.response().has("patch")).as(review.file()).isFalse();
        softly.assertThat(reply.json().has("request")).as(review.file()).isFalse();
    }

    private static byte[] patched(byte[] review, Reply mutated) throws Exception {
        assertThat(mutated.response().path("patchType").asText()).isEqualTo("JSONPatch");
        JsonNode patch = JSON.readTree(
                Base64.getDecoder().decode(mutated.response().path("patch").asText()));
        ObjectNode whole = (ObjectNode) JSON.readTree(review);
        ObjectNode request = (ObjectNode) whole.path("request");
        request.set("object", JsonPatch.apply(patch, request.path("object")));
        return whole.toString().getBytes(UTF_8);
    }
}
