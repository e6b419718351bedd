package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import org.junit.jupiter.api.Test;

/** What nobody thought of denies the one request that it happened to, and says so where an operator looks. */
class UnexpectedFailureTest {
    private static final String SECRET = "a detail that is none of the user's business";

    /** Stands for any defect behind the decision. */
    private record Broken(RuntimeException failure) implements Namespaces {
        @Override
        public NamespaceState find(String name) {
            throw failure;
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            throw failure;
        }
    }

    @Test
    void aFailureInADecisionDeniesItWithCode500() throws Exception {
        RecordedReview needsNamespaces = RecordedReview.all().stream()
                .filter(review -> review.file().startsWith("lifecycle/080"))
                .findFirst()
                .orElseThrow();
        Namespaces broken = new Broken(new IllegalStateException(SECRET));
        try (LoggedEvents log = LoggedEvents.of(Admission.class);
                RunningWebhook webhook = RunningWebhook.plan().among(broken).start()) {
            Reply reply = webhook.client().validate(needsNamespaces.body());

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.allowed()).isFalse();
            String uid = reply.response().path("uid").asText();
            assertThat(new String(needsNamespaces.body(), UTF_8)).contains("\"uid\":\"" + uid + "\"");
            assertThat(reply.response().at("/status/code").asInt()).isEqualTo(500);
            assertThat(reply.text()).doesNotContain(SECRET, "IllegalStateException", "dev.marchwarden", "\\tat ");
            assertThat(webhook.metric("marchwarden_unexpected_failures_total")).isOne();
            assertThat(log.events()).singleElement().satisfies(event -> {
                assertThat(event.getFormattedMessage()).contains(uid);
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo(SECRET);
            });

            Reply next =
                    webhook.client().validate(RecordedReview.all().getFirst().body());
            assertThat(next.allowed()).isTrue();
        }
    }
}
