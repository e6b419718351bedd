package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From what there is to what there should be. */
class PlanTest {
    private static final ObjectId STRICT =
            new ObjectId("security.istio.io/v1", "PeerAuthentication", "usergroup-1", "usergroup-1-peerauth");
    private static final ObjectId ISTIOD = ObjectId.ofRelease("usergroup-1", "istiod-usergroup-1");

    private final Map<ObjectId, JsonNode> objects = new HashMap<>();
    private final Map<ObjectId, InstalledRelease> releases = new HashMap<>();
    private List<Step> desired = List.of();

    @BeforeEach
    void everythingIsThere() throws Exception {
        Tenancy tenancy = Tenancy.of(List.of(Usergroup.named("usergroup-1"), Usergroup.named("usergroup-2")));
        desired = DesiredState.of(tenancy, Settings.DEFAULT).steps();
        for (Step step : desired) {
            switch (step) {
                case Step.Objects its ->
                    its.objects().forEach(object -> objects.put(ObjectId.of(object), served(object)));
                case Step.Release its ->
                    releases.put(
                            its.release().id(),
                            new InstalledRelease(
                                    its.release().chart().name() + "-1.30.3",
                                    "deployed",
                                    its.release().values().deepCopy()));
            }
        }
    }

    /** With what API servers and istiods add. */
    private static ObjectNode served(JsonNode object) {
        ObjectNode served = object.deepCopy();
        served.withObject("/metadata").put("uid", "1").put("resourceVersion", "7");
        if (served.path("webhooks").isArray()) {
            served.withObject("/webhooks/0/clientConfig").put("caBundle", "Y2E=");
        }
        return served;
    }

    private List<Change> changes() {
        return Plan.of(desired, new ClusterState(objects, releases)).steps().stream()
                .flatMap(step -> step.changes().stream())
                .filter(change -> change.action() != Change.Action.NONE)
                .toList();
    }

    private ObjectNode object(ObjectId id) {
        return (ObjectNode) Objects.requireNonNull(objects.get(id));
    }

    @Test
    void nothingIsToDoWhereEverythingIsThere() {
        assertThat(changes()).isEmpty();
        assertThat(Plan.of(desired, new ClusterState(objects, releases)).steps())
                .allMatch(Plan.PlannedStep::isDone);
    }

    @Test
    void everythingIsToDoWhereNothingIs() {
        Plan plan = Plan.of(desired, ClusterState.EMPTY);
        assertThat(plan.count(Change.Action.CREATE)).isEqualTo(desired.size());
        assertThat(plan.steps()).extracting(Plan.PlannedStep::step).isEqualTo(desired);
    }

    @Test
    void whatIsGoneIsMadeAgain() {
        objects.remove(STRICT);
        releases.remove(ISTIOD);
        assertThat(changes()).containsExactly(Change.create(STRICT), Change.create(ISTIOD));
    }

    @Test
    void whatWasWeakenedIsPutRight() {
        object(STRICT).withObject("/spec/mtls").put("mode", "PERMISSIVE");
        assertThat(changes()).singleElement().satisfies(change -> {
            assertThat(change.subject()).hasToString("PeerAuthentication usergroup-1/usergroup-1-peerauth");
            assertThat(change.differences())
                    .extracting(Difference::toString)
                    .containsExactly("spec.mtls.mode: PERMISSIVE -> STRICT");
        });
    }

    @Test
    void aDoorAddedToANetworkPolicyIsClosed() {
        object(new ObjectId("networking.k8s.io/v1", "NetworkPolicy", "usergroup-1", "marchwarden-istiod"))
                .withArray("/spec/ingress")
                .addObject();
        assertThat(changes())
                .flatExtracting(Change::differences)
                .extracting(Difference::toString)
                .containsExactly("spec.ingress[2]: {} -> (none)");
    }

    @Test
    void aReleaseIsUpgradedForItsChartStateAndValues() {
        releases.put(
                ISTIOD,
                new InstalledRelease(
                        "istiod-1.29.5",
                        "pending-upgrade",
                        new ObjectMapper()
                                .createObjectNode()
                                .put("revision", "usergroup-1")
                                .put("replicaCount", 2)));
        assertThat(changes())
                .flatExtracting(Change::differences)
                .extracting(Difference::toString)
                .contains(
                        "chart: istiod-1.29.5 -> istiod-1.30.3",
                        "status: pending-upgrade -> deployed",
                        "replicaCount: 2 -> (none)")
                .anyMatch(text -> text.startsWith("meshConfig: (none) -> "));
    }

    @Test
    void forProgramsADifferenceHasBothSides() throws Exception {
        object(STRICT).withObject("/spec/mtls").put("mode", "PERMISSIVE");
        JsonNode report = new ObjectMapper()
                .readTree(PlanReport.json(
                        Plan.of(desired, new ClusterState(objects, releases)), "given", List.of(), List.of()));
        assertThat(report.path("summary").path("update").asInt()).isOne();
        JsonNode difference = report.at("/steps/4/changes/0/differences/0");
        assertThat(difference.path("path").asText()).isEqualTo("spec.mtls.mode");
        assertThat(difference.path("actual").asText()).isEqualTo("PERMISSIVE");
        assertThat(difference.path("desired").asText()).isEqualTo("STRICT");
    }
}
