package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.NamespaceLookup;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.ObjectReview;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is asked outside before a decision, and what becomes of one that gets no answer. */
class AdmissionTest {
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            spec:
              usergroups:
              - name: red
                owners: {groups: [team-red]}
            """;
    private static final User OWNER = new User("ann", List.of("team-red"));
    private static final User STRANGER = new User("bob", List.of());
    private static final Namespaces NONE = namespaces();
    private static final Namespaces ALL = namespaces("red", "red-app");

    private final List<String> lookedUp = new ArrayList<>();
    private final List<User> askedAbout = new ArrayList<>();

    private static Namespaces namespaces(String... names) {
        List<NamespaceState> states = new ArrayList<>();
        for (String name : names) {
            states.add(new NamespaceState(name, Map.of("usergroup", "red", "istio.io/rev", "red"), false));
        }
        return new NamespaceSnapshot(states, "usergroup");
    }

    private Outcome decide(
            byte[] review, Namespaces seen, CompletableFuture<Namespaces> found, CompletableFuture<Boolean> granted)
            throws Exception {
        Policy policy = new Policy(TenancyFile.parse("tenancy", TENANCY.getBytes(UTF_8)));
        NamespaceLookup lookup = (name, before) -> {
            lookedUp.add(name);
            return found;
        };
        Rights asked = (user, requirements) -> {
            askedAbout.add(user);
            return granted.thenApply(yes -> yes ? new Rights.Answer(requirements, null) : Rights.Answer.NOTHING);
        };
        return new Admission(() -> policy, () -> seen, lookup, asked)
                .decide(Webhook.VALIDATE, review)
                .toCompletableFuture()
                .join();
    }

    private Outcome ofObject(String kind, Namespaces seen, CompletableFuture<Namespaces> found) throws Exception {
        JsonNode object = new YAMLMapper()
                .readTree("{apiVersion: %s, kind: %s, metadata: {name: a, namespace: red-app}}"
                        .formatted(
                                kind.equals("GatewayClass") ? "gateway.networking.k8s.io/v1" : "networking.istio.io/v1",
                                kind));
        return decide(ObjectReview.of(null, object, OWNER).bytes(), seen, found, new CompletableFuture<>());
    }

    private Outcome ofNamespace(User user, CompletableFuture<Boolean> granted) throws Exception {
        byte[] review = new NamespaceReview(
                        "1",
                        "CREATE",
                        "",
                        "red-two",
                        user,
                        NamespaceReview.namespace("red-two", Map.of("usergroup", "red", "istio.io/rev", "red"), false),
                        null)
                .bytes();
        return decide(review, ALL, new CompletableFuture<>(), granted);
    }

    @Test
    void aNamespaceThatIsNotSeenYetIsLookedUp() throws Exception {
        Outcome outcome = ofObject("VirtualService", NONE, CompletableFuture.completedFuture(ALL));
        assertThat(outcome.verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(outcome.usergroup()).isEqualTo(LabelChange.unchanged("red"));
        assertThat(lookedUp).containsExactly("red-app");
        assertThat(ofObject("VirtualService", NONE, CompletableFuture.completedFuture(NONE))
                        .problem())
                .startsWith("request.namespace is \"red-app\" (expected: a namespace that is known");
    }

    @Test
    void nothingElseIsLookedUp() throws Exception {
        assertThat(ofObject("VirtualService", ALL, new CompletableFuture<>()).verdict())
                .isEqualTo(Verdict.ALLOWED);
        assertThat(ofObject("GatewayClass", NONE, new CompletableFuture<>()).problem())
                .isNull();
        assertThat(lookedUp).isEmpty();
    }

    @Test
    void rightsAreAskedForWhereTheTenancyGivesNone() throws Exception {
        assertThat(ofNamespace(OWNER, new CompletableFuture<>()).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(askedAbout).isEmpty();
        assertThat(ofNamespace(STRANGER, CompletableFuture.completedFuture(false))
                        .verdict())
                .isEqualTo(Verdict.DENIED);
        assertThat(ofNamespace(STRANGER, CompletableFuture.completedFuture(true))
                        .verdict())
                .isEqualTo(Verdict.ALLOWED);
        assertThat(askedAbout).containsExactly(STRANGER, STRANGER);
    }

    @Test
    void whatIsNotKnownIsAnErrorThatSaysWhy() throws Exception {
        ClusterUnknownException away = new ClusterUnknownException("the cluster is away");
        for (Outcome outcome : List.of(
                ofObject("VirtualService", NONE, CompletableFuture.failedFuture(away)),
                ofNamespace(STRANGER, CompletableFuture.failedFuture(away)))) {
            assertThat(outcome.verdict()).isEqualTo(Verdict.ERROR);
            assertThat(outcome.problem()).isEqualTo("the cluster is away");
            assertThat(outcome.unexpected()).isFalse();
        }
    }

    @Test
    void aDefectIsAnErrorThatDoesNotSayWhy() throws Exception {
        IllegalStateException defect = new IllegalStateException("a detail");
        for (Outcome outcome : List.of(
                ofObject("VirtualService", NONE, CompletableFuture.failedFuture(defect)),
                ofNamespace(STRANGER, CompletableFuture.failedFuture(defect)))) {
            assertThat(outcome.verdict()).isEqualTo(Verdict.ERROR);
            assertThat(outcome.problem()).startsWith("an unexpected failure").doesNotContain("a detail");
            assertThat(outcome.unexpected()).isTrue();
        }
    }
}
