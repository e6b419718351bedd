package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One large object keeps nobody waiting: it is read on a thread of its own, and answered as any other. */
class LargeReviewTest {
    /** Notes who asks. */
    private record Watched(Namespaces namespaces, List<Boolean> onEventLoop) implements Namespaces {
        @Override
        public @Nullable NamespaceState find(String name) {
            onEventLoop.add(Context.isOnEventLoopThread());
            return namespaces.find(name);
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            return namespaces.liveMembers(usergroup, systemNamespace);
        }
    }

    /** Does not answer before it is told to. */
    private record Waiting(Namespaces namespaces, CountDownLatch begun, CountDownLatch goOn) implements Namespaces {
        @Override
        public @Nullable NamespaceState find(String name) {
            begun.countDown();
            try {
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return namespaces.find(name);
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            return namespaces.liveMembers(usergroup, systemNamespace);
        }
    }

    private final List<Boolean> onEventLoop = new CopyOnWriteArrayList<>();

    private RunningWebhook start() throws Exception {
        RunningWebhook.Plan plan = RunningWebhook.plan();
        return plan.among(new Watched(plan.namespaces(), onEventLoop)).start();
    }

    private static RecordedReview ofDeployment() throws Exception {
        return RecordedReview.all().stream()
                .filter(review -> review.file().startsWith("guide/012"))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] grown(byte[] review, int bytes) throws Exception {
        ObjectNode tree = (ObjectNode) JsonTrees.MAPPER.readTree(review);
        tree.withObject("/request/object/metadata/annotations").put("example.com/notes", "x".repeat(bytes));
        return JsonTrees.MAPPER.writeValueAsBytes(tree);
    }

    @Test
    void isDecidedOffTheEventLoopWithTheSameAnswer() throws Exception {
        byte[] small = ofDeployment().body();
        try (RunningWebhook webhook = start()) {
            Reply expected = webhook.client().validate(small);
            assertThat(onEventLoop).isNotEmpty().doesNotContain(false);
            onEventLoop.clear();

            Reply reply = webhook.client().validate(grown(small, ReviewHandler.LARGE));

            assertThat(onEventLoop).isNotEmpty().doesNotContain(true);
            assertThat(reply.text()).isEqualTo(expected.text());
        }
    }

    /** Its memory is in use until then; many that are sent and given up would take more than there is. */
    @Test
    void thatNobodyWaitsForCountsUntilItIsDecided() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        byte[] large = grown(ofDeployment().body(), ReviewHandler.LARGE);
        RunningWebhook.Plan plan = RunningWebhook.plan();
        try (RunningWebhook webhook =
                plan.among(new Waiting(plan.namespaces(), begun, goOn)).start()) {
            try (RawConnection connection = webhook.connect()) {
                connection.post("/validate", large);
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            }
            await(() -> webhook.metric("marchwarden_connections") == 0);
            assertThat(webhook.metric("marchwarden_bodies_in_flight_bytes")).isEqualTo(large.length);

            goOn.countDown();

            await(() -> webhook.metric("marchwarden_bodies_in_flight_bytes") == 0);
            assertThat(webhook.client().validate(large).status()).isEqualTo(200);
            await(() -> webhook.metric("marchwarden_bodies_in_flight_bytes") == 0);
        } finally {
            goOn.countDown();
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 200 && !condition.call(); i++) {
            Thread.sleep(25);
        }
        assertThat(condition.call()).isTrue();
    }

    @Test
    void thatIsNoJsonIsRefusedAsASmallOneIs() throws Exception {
        byte[] cutShort = "{\"a\":\"".concat("x".repeat(ReviewHandler.LARGE)).getBytes(UTF_8);
        try (RunningWebhook webhook = start()) {
            Reply reply = webhook.client().validate(cutShort);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text()).contains("not JSON");
            assertThat(webhook.metric("marchwarden_malformed_reviews_total")).isOne();
        }
    }
}
