package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Rights;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Some decisions wait for the API server; what fails after that is no less a failure of the request. */
    @Test
    void aFailureAfterADecisionIsAnsweredWith500WhetherOrNotItWasWaitedFor() throws Exception {
        AtomicInteger waitedFor = new AtomicInteger();
        Rights slow = (user, requirements) -> {
            waitedFor.incrementAndGet();
            return CompletableFuture.supplyAsync(
                    () -> new Rights.Answer(Set.of(), null),
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
        };
        InstantSource broken = () -> {
            throw new IllegalStateException(SECRET);
        };
        try (LoggedEvents log = LoggedEvents.of(WebhookServer.class);
                RunningWebhook webhook =
                        RunningWebhook.plan().asking(slow).by(broken).start()) {
            List<RecordedReview> reviews = RecordedReview.all();
            for (RecordedReview review : reviews) {
                Reply reply = webhook.client().validate(review.body());
                assertThat(reply.status()).as(review.file()).isEqualTo(500);
                assertThat(reply.text()).doesNotContain(SECRET);
            }
            assertThat(waitedFor).hasPositiveValue();
            assertThat(webhook.metric("marchwarden_unexpected_failures_total")).isEqualTo(reviews.size());
            assertThat(log.messages()).filteredOn("a request failed"::equals).hasSize(reviews.size());
        }
    }
}
