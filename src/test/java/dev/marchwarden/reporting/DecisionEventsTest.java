package dev.marchwarden.reporting;

import static dev.marchwarden.standin.Eventually.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LiveEvents;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.reporting.DecisionEvents.Reason;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of what was denied or warned of. */
class DecisionEventsTest {
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            spec:
              usergroups: [{name: red}, {name: blue}]
            """;

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private final BackgroundTasks tasks = new BackgroundTasks();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T10:01:00Z"));
    private ApiServer server;
    private DecisionEvents events;

    @BeforeEach
    void open() throws Exception {
        api.put("shop", Map.of());
        server = new ApiServer(
                ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("kubeconfig"), "marchwarden")));
        events = new DecisionEvents(tasks, new LiveEvents(server, Duration.ofSeconds(2)), now::get);
        events.start();
    }

    @AfterEach
    void close() {
        events.close();
        server.close();
        api.close();
    }

    private static Tenancy tenancy() {
        try {
            return TenancyFile.parse("tenancy.yaml", TENANCY.getBytes(UTF_8));
        } catch (InvalidTenancyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outcome update(String author, boolean dryRun) {
        return decide("UPDATE", author, dryRun, "{\"name\":\"shop\"}");
    }

    private static Outcome decide(String operation, String author, boolean dryRun, String before) {
        String old = operation.equals("CREATE")
                ? "null"
                : "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":" + before + "}";
        String review = """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"%s","name":"shop",
                 "kind":{"group":"","version":"v1","kind":"Namespace"},
                 "resource":{"group":"","version":"v1","resource":"namespaces"},"userInfo":{"username":"%s","groups":[]},
                 "dryRun":%s,"oldObject":%s,"object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop",
                 "labels":{"usergroup":"nobody-knows","istio.io/rev":"red"}}}}}""".formatted(operation, author, dryRun, old);
        Admission admission = new Admission(
                () -> new Policy(tenancy()),
                () -> new NamespaceSnapshot(List.of(new NamespaceState("shop", Map.of(), false)), "usergroup"),
                Rights.TENANCY_ONLY);
        try {
            return admission
                    .decide(Webhook.VALIDATE, review.getBytes(UTF_8))
                    .toCompletableFuture()
                    .join();
        } catch (MalformedReviewException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<ObjectNode> written() {
        return api.all("events");
    }

    @Test
    void oneForARuleAndAuthorIsWrittenAtOnceAndCountedUpWhenFiveMinutesAreOver() throws Exception {
        events.record(update("ann", false));
        await("events", () -> written().size() == 1);
        events.record(update("ann", false));
        events.record(update("ann", false));
        events.record(update("bob", false));
        await("events", () -> written().size() == 2);
        JsonNode ann = of("ann");
        assertThat(ann.path("count").asInt()).isEqualTo(1);
        assertThat(ann.path("reason").asText()).isEqualTo("WriteDenied");
        assertThat(ann.at("/involvedObject/kind").asText()).isEqualTo("Namespace");
        assertThat(ann.path("message").asText())
                .contains("unknown-usergroup", "metadata.labels")
                .doesNotContain("nobody-knows");
        now.set(Instant.parse("2026-01-01T10:05:00Z"));
        events.record(update("bob", false));
        await("events", () -> of("ann").path("count").asInt() == 3);
        await("events", () -> written().size() == 3);
    }

    private JsonNode of(String author) {
        return written().stream()
                .filter(event -> event.path("message").asText().startsWith(author + ":"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void replicasCountTogether() throws Exception {
        try (DecisionEvents other =
                new DecisionEvents(tasks, new LiveEvents(server, Duration.ofSeconds(2)), now::get)) {
            other.start();
            events.record(update("ann", false));
            other.record(update("ann", false));
            await("events", () -> events.written() + other.written() == 2);
            assertThat(written())
                    .singleElement()
                    .satisfies(event -> assertThat(event.path("count").asInt()).isEqualTo(2));
        }
    }

    @Test
    void aDryRunHasNoEffectAndANamespaceThatIsNotCreatedCannotBeTold() {
        events.record(update("ann", true));
        events.record(decide("CREATE", "ann", false, ""));
        assertThat(events.dropped(Reason.NO_NAMESPACE)).isEqualTo(1);
        assertThat(events.written()).isZero();
    }

    @Test
    void theAuthorsOfOneNamespaceDoNotTakeThePlaceOfAllOthers() throws Exception {
        for (int i = 0; i < 70; i++) {
            events.record(update("author-" + i, false));
        }
        await("events", () -> events.dropped(Reason.TABLE) == 6);
    }
}
