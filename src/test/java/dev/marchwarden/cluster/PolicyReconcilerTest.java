package dev.marchwarden.cluster;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.standin.StandInApiServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PolicyReconcilerTest {
    private static final String API = "admissionregistration.k8s.io/v1";
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final LeaseTiming LEASE =
            new LeaseTiming(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofMillis(50), DEADLINE);

    private static final Duration TO_TAKE_EFFECT = Duration.ofMillis(300);

    @TempDir
    private Path directory;

    private final List<TwinState> states = new CopyOnWriteArrayList<>();

    private final StandInApiServer api = StandInApiServer.start();
    private volatile List<JsonNode> wanted = List.of();
    private ApiServer connection;
    private LivePolicies live;
    private LeaderLease lease;
    private PolicyReconciler reconciler;

    @BeforeEach
    void open() throws Exception {
        api.put("mesh", Map.of());
        api.put(
                "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, spec: {}}");
        connection = new ApiServer(ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("config"), "leader")));
        live = new LivePolicies(connection, "twin", DEADLINE);
        lease = new LeaderLease(
                new BackgroundTasks(),
                connection,
                NamespacedName.parse("mesh/leader"),
                "a",
                LEASE,
                System::nanoTime,
                () -> reconciler.wake());
        reconciler = new PolicyReconciler(
                new BackgroundTasks(),
                lease,
                live,
                () -> wanted,
                Stream.of("one", "two")
                        .flatMap(name -> Stream.of(
                                ObjectName.policy("ValidatingAdmissionPolicy", name),
                                ObjectName.policy("ValidatingAdmissionPolicyBinding", name)))
                        .toList(),
                Duration.ofMillis(50),
                TO_TAKE_EFFECT,
                () -> states.add(reconciler.state()));
    }

    @AfterEach
    void close() {
        reconciler.close();
        lease.close();
        connection.close();
        api.close();
    }

    private void role(String name) {
        api.put("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: " + name + "}}");
    }

    private static List<JsonNode> policy(String name, String expression) throws IOException {
        return List.of(
                read("{apiVersion: " + API + ", kind: ValidatingAdmissionPolicy, metadata: {name: " + name
                        + ", labels: {a: b}}, spec: {matchConstraints: {resourceRules: []}, validations: [{expression: '"
                        + expression + "'}]}}"),
                read("{apiVersion: " + API + ", kind: ValidatingAdmissionPolicyBinding, metadata: {name: " + name
                        + "}, spec: {policyName: " + name + ", validationActions: [Deny]}}"));
    }

    private static JsonNode read(String yaml) throws IOException {
        return YamlTrees.MAPPER.readTree(yaml);
    }

    private String expression(String name) {
        try {
            return new StoredObjects(connection, DEADLINE)
                    .get(ObjectName.policy("ValidatingAdmissionPolicy", name))
                    .at("/spec/validations/0/expression")
                    .asText();
        } catch (IOException e) {
            return "none";
        }
    }

    @Test
    void isMadePutRightFollowedAndDeleted() throws Exception {
        role("twin");
        wanted = policy("one", "true");
        reconciler.start();
        lease.start();
        await(
                "made",
                () -> expression("one").equals("true")
                        && reconciler.detail().equals("as the tenancy says; not relied on yet"));
        assertThat(reconciler.isBehind()).isFalse();

        ObjectName name = ObjectName.policy("ValidatingAdmissionPolicy", "one");
        StoredObjects stored = new StoredObjects(connection, DEADLINE);
        JsonNode before = stored.get(name);
        assertThat(before.at("/metadata/ownerReferences/0/name").asText()).isEqualTo("twin");
        assertThat(before.at("/metadata/labels/a").asText()).isEqualTo("b");
        // Somebody has it select nothing, which adds to what was wanted and changes none of it.
        stored.patch(
                name,
                before,
                new JsonPatch().add("/spec/matchConstraints/objectSelector", read("{matchLabels: {never: there}}")));
        await(
                "put right",
                () -> stored.get(name)
                        .at("/spec/matchConstraints/objectSelector/matchLabels")
                        .isMissingNode());

        wanted = policy("two", "false");
        await(
                "followed",
                () -> expression("two").equals("false") && expression("one").equals("none"));
        wanted = List.of();
        await("deleted", () -> expression("two").equals("none"));
    }

    @Test
    void nothingIsWrittenTwice() throws Exception {
        role("twin");
        List<JsonNode> objects = policy("one", "true");
        ObjectNode ownership = live.ownership();
        assertThat(live.keep(objects.get(0), ownership)).isTrue();
        assertThat(live.keep(objects.get(0), ownership)).isFalse();
        assertThat(live.keep(objects.get(1), ownership)).isTrue();
        assertThat(live.keep(objects.get(1), ownership)).isFalse();
    }

    /** What was applied by hand becomes the release's; what belongs to another release does not. */
    @Test
    void takesOverWhatIsNobodys() throws Exception {
        role("twin");
        role("other");
        LivePolicies others = new LivePolicies(connection, "other", DEADLINE);
        api.put(policy("one", "false").getFirst().toString());
        assertThat(live.keep(policy("one", "true").getFirst(), live.ownership()))
                .isTrue();
        assertThat(expression("one")).isEqualTo("true");
        assertThat(catchThrowable(() -> others.keep(policy("one", "false").getFirst(), others.ownership())))
                .hasMessageContaining("ValidatingAdmissionPolicy one belongs to ClusterRole twin (expected: ");
        assertThat(others.remove(ObjectName.policy("ValidatingAdmissionPolicy", "one")))
                .isFalse();
        assertThat(expression("one")).isEqualTo("true");
    }

    @Test
    void withoutTheRoleNothingIsWritten() throws Exception {
        wanted = policy("one", "true");
        reconciler.start();
        lease.start();
        await("says why", () -> reconciler.detail().contains("cannot get ClusterRole twin, HTTP 404"));
        assertThat(reconciler.isBehind()).isTrue();
        assertThat(expression("one")).isEqualTo("none");
        role("twin");
        reconciler.wake();
        await("made at last", () -> expression("one").equals("true"));
    }

    /** As kube-controller-manager does. */
    private void check(String name) throws Exception {
        ObjectNode policy = (ObjectNode)
                new StoredObjects(connection, DEADLINE).get(ObjectName.policy("ValidatingAdmissionPolicy", name));
        policy.withObject("/metadata").put("generation", 1);
        policy.putObject("status").put("observedGeneration", 1);
        api.put(policy.toString());
    }

    @Test
    void isInForceWhenItWasThereAndCheckedForSomeTime() throws Exception {
        role("twin");
        wanted = policy("one", "true");
        reconciler.start();
        lease.start();
        await("made", () -> expression("one").equals("true"));
        api.put(withGeneration("one"));
        Thread.sleep(TO_TAKE_EFFECT.multipliedBy(2));
        assertThat(reconciler.state()).as("not checked").isEqualTo(TwinState.BEHIND);

        check("one");
        long checkedAt = System.nanoTime();
        await("in force", () -> reconciler.state() == TwinState.IN_FORCE);
        assertThat(System.nanoTime() - checkedAt).isGreaterThan(TO_TAKE_EFFECT.toNanos());
        assertThat(states).containsExactly(TwinState.BEHIND, TwinState.UNKNOWN, TwinState.IN_FORCE);

        // Somebody deletes the binding: nothing relies on the twin until it was there again for some time.
        live.remove(ObjectName.policy("ValidatingAdmissionPolicyBinding", "one"));
        await("noticed", () -> states.size() > 3);
        await("in force again", () -> reconciler.state() == TwinState.IN_FORCE);
        assertThat(states.subList(3, states.size()))
                .containsExactly(TwinState.BEHIND, TwinState.UNKNOWN, TwinState.IN_FORCE);
        lease.close();
        assertThat(reconciler.state()).isEqualTo(TwinState.UNKNOWN);
    }

    /** As an API server counts; the stand-in does not. */
    private String withGeneration(String name) throws IOException {
        ObjectNode policy = (ObjectNode)
                new StoredObjects(connection, DEADLINE).get(ObjectName.policy("ValidatingAdmissionPolicy", name));
        policy.withObject("/metadata").put("generation", 1);
        return policy.toString();
    }
}
