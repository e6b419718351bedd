package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.Change;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Difference;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Step;
import dev.marchwarden.standin.Call;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes of a plan in a cluster. */
@Timeout(120)
class RolloutTest {
    private static final Usergroup MESH = Stage.usergroup("mesh", List.of("mesh"), Map.of("stable", "mesh"));

    @TempDir
    private Path directory;

    private Stage stage;
    private DesiredState desired;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(directory);
        desired = Stage.desired(MESH);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private boolean isThere(String plural, String namespace, String name) {
        return stage.api.find(plural, namespace, name) != null;
    }

    /** Each run is interrupted one step further than the one before, until one gets to the end. */
    @Test
    void goesOnWhereverItWasInterruptedAndThenHasNothingToDo() throws Exception {
        List<String> stops = new ArrayList<>();
        boolean done = false;
        while (!done) {
            try {
                stage.apply(desired, new Stage.Told(stage.told, 1));
                done = !Thread.interrupted();
            } catch (StoppedException e) {
                assertThat(Thread.interrupted()).isFalse();
                assertThat(e).hasMessage("interrupted");
                assertThat(e.done()).hasSize(stops.size() + 1);
                stops.add(e.failed());
            }
        }
        assertThat(stops)
                .as("every step but the first")
                .isEqualTo(names().subList(1, names().size()))
                .contains("mesh/strict-mtls", "mesh/istiod-mesh", "mesh/tag-stable");
        assertThat(isThere("deployments", "mesh", "istiod-mesh")).isTrue();
        assertThat(isThere("mutatingwebhookconfigurations", "", "istio-revision-tag-stable-mesh"))
                .isTrue();

        Map<String, JsonNode> before = stage.everything();
        assertThat(stage.plan(desired).steps()).allMatch(Plan.PlannedStep::isDone);
        stage.told.clear();
        stage.apply(desired);
        assertThat(stage.everything()).isEqualTo(before);
        int steps = names().size();
        assertThat(stage.told).hasSize(steps).allMatch(line -> line.matches("\\d+/" + steps + " .*"));
        assertThat(stage.findings(desired)).isEmpty();
        drift();
    }

    /** On what the test above has set up: helm takes its time. */
    private void drift() throws Exception {
        edit("peerauthentications", "mesh", "mesh-peerauth")
                .withObject("/spec/mtls")
                .put("mode", "PERMISSIVE");
        edit("peerauthentications", "mesh", "mesh-peerauth")
                .withObject("/spec/selector/matchLabels")
                .put("app", "a");
        edit("authorizationpolicies", "mesh", "mesh-identities")
                .withArray("/spec/rules")
                .addObject();
        edit("networkpolicies", "mesh", "marchwarden-istiod")
                .withArray("/spec/ingress")
                .addObject();
        ((ObjectNode) edit("validatingwebhookconfigurations", "", "marchwarden-istio-validator-mesh")
                        .at("/webhooks/0"))
                .withObject("/namespaceSelector/matchLabels")
                .put("a.example.com/b", "c");
        edit("namespaces", "", "mesh").withObject("/metadata/labels").put("usergroup", "other");
        stage.api.remove("services", "mesh", "istiod-revision-tag-stable");

        assertThat(differences())
                .containsExactlyInAnyOrder(
                        "metadata.labels.usergroup: other -> mesh",
                        "spec.ingress[2]: {} -> (none)",
                        "spec.mtls.mode: PERMISSIVE -> STRICT",
                        "spec.selector: {\"matchLabels\":{\"app\":\"a\"}} -> (none)",
                        "spec.rules[1]: {} -> (none)",
                        "webhooks[0].namespaceSelector.matchLabels.\"a.example.com/b\": c -> (none)");
        stage.apply(desired);
        assertThat(stage.plan(desired).steps()).allMatch(Plan.PlannedStep::isDone);
        assertThat(Objects.requireNonNull(stage.api.find(
                                "validatingwebhookconfigurations", "", "marchwarden-istio-validator-mesh"))
                        .at("/webhooks/0/clientConfig/caBundle")
                        .asText())
                .isEqualTo("Y2E=");
    }

    private ObjectNode edit(String plural, String namespace, String name) {
        return (ObjectNode) Objects.requireNonNull(stage.api.find(plural, namespace, name));
    }

    private List<String> names() {
        return desired.steps().stream().map(Step::name).toList();
    }

    private List<String> differences() throws Exception {
        return stage.plan(desired).steps().stream()
                .flatMap(planned -> planned.changes().stream())
                .map(Change::differences)
                .flatMap(List::stream)
                .map(Difference::toString)
                .toList();
    }

    @Test
    void aFailureInTheMiddleSaysWhatIsDoneAndWhatIsNot() throws Exception {
        stage.api.fail(Call.WRITE, "peerauthentications", 500);
        StoppedException stopped = catchThrowableOfType(StoppedException.class, () -> stage.apply(desired));
        assertThat(stopped)
                .hasMessageStartingWith("cannot apply PeerAuthentication mesh/mesh-peerauth: http://127.0.0.1:")
                .hasMessageContaining(": HTTP 500");
        assertThat(stopped.done()).containsExactly("base-namespace", "base", "mesh/namespace", "mesh/network-policy");
        assertThat(stopped.failed()).isEqualTo("mesh/strict-mtls");
        assertThat(stopped.left()).isEqualTo(names().subList(names().indexOf("mesh/strict-mtls") + 1, names().size()));
        assertThat(isThere("deployments", "mesh", "istiod-mesh")).isFalse();

        stage.api.restore(Call.WRITE);
        stage.apply(desired);
        leaveRelease("pending-upgrade");
        assertThat(differences()).containsExactly("status: pending-upgrade -> deployed");
        stage.apply(desired);
        assertThat(differences()).isEmpty();
        assertThat(stage.told).contains("fix HelmRelease mesh/istiod-mesh, which was left pending-upgrade");
    }

    /** As helm does it when it is killed: a record more, that says what is under way. */
    private void leaveRelease(String status) throws Exception {
        HelmRecords.leave(stage.api, "mesh", "istiod-mesh", status);
    }

    @Test
    void whatHelmWasKilledAtIsMended() throws Exception {
        stage.apply(desired);
        for (String status : List.of("pending-install", "uninstalling")) {
            HelmRecords.set(stage.api, "mesh", "istiod-mesh", status);
            stage.api.remove("services", "mesh", "istiod-mesh");
            assertThat(differences()).containsExactly("status: " + status + " -> deployed");
            stage.told.clear();
            stage.apply(desired);
            assertThat(stage.told).contains("fix HelmRelease mesh/istiod-mesh, which was left " + status);
            assertThat(differences()).isEmpty();
            assertThat(isThere("services", "mesh", "istiod-mesh")).isTrue();
        }
        leaveRelease("pending-rollback");
        stage.apply(desired);
        assertThat(differences()).isEmpty();

        Usergroup later = Stage.usergroup("mesh", List.of("mesh", "mesh-new"), Map.of("stable", "mesh"));
        stage.apply(Stage.desired(later));
        assertThat(isThere("deployments", "mesh", "istiod-mesh-new")).isTrue();
        stage.helm.uninstall("mesh", "istiod-mesh-new", stage.limits().atMost());
        assertThat(isThere("deployments", "mesh", "istiod-mesh-new")).isFalse();
        assertThat(stage.helm.releaseNames("mesh")).containsExactly("istiod-mesh");
    }

    @Test
    void waitsWithABound() throws Exception {
        assertThatThrownBy(() -> new ObjectReadiness(
                                stage.cluster,
                                new WaitLimits(java.time.Duration.ofMillis(50), java.time.Duration.ofMillis(10)))
                        .await(desired.steps().getLast(), new Stage.Told(stage.told, 0)))
                .hasMessageStartingWith(
                        "ValidatingWebhookConfiguration marchwarden-istio-validator-mesh has no caBundle after 0 s (expected: istiod-mesh to fill it in");
        assertThat(stage.told)
                .containsExactly(
                        "waits for istiod-mesh to fill in caBundle of ValidatingWebhookConfiguration marchwarden-istio-validator-mesh");
    }
}
