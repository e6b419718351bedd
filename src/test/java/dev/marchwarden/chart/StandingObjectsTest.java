package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.audit.ManifestReview;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Of configuration and workloads as of namespaces: what the conditions keep from the policy it would not have denied. The crossings, each
 * denied where it is new, are written again by the system with another status and another finalizer.
 */
class StandingObjectsTest {
    private static final Path CROSSINGS = Path.of("test-fixtures/crossings");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final User CONTROLLER = new User("system:serviceaccount:ci:controller", List.of());

    @Test
    void whatIsKeptFromThePolicyItWouldNotHaveDenied() throws Exception {
        ManifestReader reader = new ManifestReader(InputStream.nullInputStream());
        Policy policy = new Policy(TenancyFile.read(CROSSINGS.resolve("tenancy.yaml")));
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                reader.read(List.of(CROSSINGS.resolve("namespaces.yaml"))),
                policy.tenancy().usergroupLabel());
        Admission admission = new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        List<MatchConditions> entries = List.of(of(1), of(2), of(3)); // configuration, pods, templates
        int denied = 0;
        for (Manifest manifest : reader.read(List.of(CROSSINGS.resolve("manifests")))) {
            if (manifest.isNamespace()) {
                continue;
            }
            ObjectNode review = (ObjectNode)
                    JSON.readTree(ManifestReview.of(manifest, Operation.CREATE, manifest.namespace(), CONTROLLER));
            Outcome created = decide(admission, review);
            denied += created.verdict() == Verdict.DENIED ? 1 : 0;

            ObjectNode request = (ObjectNode) review.path("request");
            ObjectNode before = request.path("object").deepCopy();
            request.put("operation", "UPDATE").set("oldObject", before);
            ObjectNode after = (ObjectNode) request.path("object");
            after.putObject("status").put("seen", true);
            ((ObjectNode) after.path("metadata")).putArray("finalizers").add("example.com/a");
            assertThat(conditions(manifest, entries).send(request))
                    .as(manifest.toString())
                    .isFalse();
            Outcome updated = decide(admission, review);
            assertThat(updated.verdict().allows()).as(manifest + ": " + updated).isTrue();
        }
        assertThat(denied).isGreaterThan(50);
    }

    private static Outcome decide(Admission admission, JsonNode review) throws Exception {
        return admission
                .decide(Webhook.VALIDATE, JSON.writeValueAsBytes(review))
                .toCompletableFuture()
                .join();
    }

    private static MatchConditions of(int entry) {
        return MatchConditions.of(Rendered.ofCase("workloads")
                .one("ValidatingWebhookConfiguration")
                .path("webhooks")
                .get(entry));
    }

    private static MatchConditions conditions(Manifest manifest, List<MatchConditions> entries) {
        KindTable table = ReachTable.shipped().find(manifest.group(), manifest.kind());
        boolean workload = table != null && !table.complete();
        return entries.get(!workload ? 0 : manifest.kind().equals("Pod") ? 1 : 2);
    }
}
