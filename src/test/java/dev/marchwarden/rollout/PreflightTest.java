package dev.marchwarden.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.standin.WebhookStub;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found in a cluster before anything is done to it. */
@Timeout(60)
class PreflightTest {
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

    private List<String> findings() throws Exception {
        return stage.findings(desired).stream()
                .map(finding -> finding.severity() + " " + finding.subject() + ": " + finding.found())
                .toList();
    }

    private void put(String kind, String apiVersion, String metadata, String more) {
        stage.api.put("""
                apiVersion: %s
                kind: %s
                metadata: {%s}
                %s
                """.formatted(apiVersion, kind, metadata, more));
    }

    private void webhook(String kind, String metadata, String namespace) {
        put(
                kind + "WebhookConfiguration",
                "admissionregistration.k8s.io/v1",
                metadata,
                "webhooks: [{name: a.example.com, clientConfig: {service: {name: istiod, namespace: %s}}}]"
                        .formatted(namespace));
    }

    @Test
    void nothingIsFoundInAnEmptyCluster() throws Exception {
        assertThat(findings()).isEmpty();
    }

    @Test
    void anAddressOfTheApiServerThatIsNotSharedIsSaid() throws Exception {
        put("Service", "v1", "name: kubernetes, namespace: default", "spec: {clusterIPs: [10.96.0.1]}");
        assertThat(stage.findings(desired)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.fix())
                    .isEqualTo("add {hosts: [kubernetes.default.svc], addresses: [10.96.0.1]} to spec.sharedServices");
        });
    }

    /** In the middle of an apply it would deny the istiod. */
    @Test
    void aWebhookThatDoesNotKnowARevisionYetIsFoundBeforeAnythingIsDone() throws Exception {
        desired = Stage.desired(Stage.usergroup("mesh", List.of("mesh", "canary"), Map.of("stable", "mesh")));
        AtomicReference<String> denial = new AtomicReference<>("unknown-revision: metadata.labels[istio.io/rev] ...");
        try (WebhookStub webhook = new WebhookStub("marchwarden.system.svc", request -> {
            String revision =
                    request.at("/object/metadata/labels/istio.io~1rev").asText();
            ObjectNode answer = JsonNodeFactory.instance.objectNode().put("allowed", !revision.equals("canary"));
            answer.putObject("status").put("code", 403).put("message", denial.get());
            return answer;
        })) {
            stage.api.serve("system", "marchwarden", webhook.port());
            put(
                    "ValidatingWebhookConfiguration",
                    "admissionregistration.k8s.io/v1",
                    "name: marchwarden",
                    "webhooks: [{name: namespaces.marchwarden.dev, sideEffects: None, admissionReviewVersions: [v1],"
                            + " rules: [{apiGroups: [''], apiVersions: [v1], resources: [namespaces], operations: [CREATE]}],"
                            + " clientConfig: {service: {name: marchwarden, namespace: system}, caBundle: %s}}]"
                                    .formatted(webhook.caBundle()));
            assertThat(findings())
                    .containsExactly(
                            "ERROR usergroup mesh: Marchwarden's webhook does not know canary as a revision or tag of it, and would deny what uses it");
            assertThat(stage.api.all("namespaces")).isEmpty();

            denial.set("membership-not-permitted: ann may not add a namespace to it");
            assertThat(findings()).isEmpty();
        }
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith("WARNING usergroup mesh: it is not known whether the API server would take its namespaces");
    }

    @Test
    void missingRightsAreNamedByPlace() throws Exception {
        stage.api.permit(spec -> !spec.at("/resourceAttributes/resource")
                        .asText()
                        .endsWith("webhookconfigurations")
                && !(spec.at("/resourceAttributes/resource").asText().equals("secrets")
                        && spec.at("/resourceAttributes/namespace").asText().equals("mesh")));
        assertThat(findings())
                .containsExactlyInAnyOrder(
                        "ERROR rights: you may not create mutatingwebhookconfigurations, validatingwebhookconfigurations in the cluster",
                        "ERROR rights: you may not patch mutatingwebhookconfigurations, validatingwebhookconfigurations in the cluster",
                        "ERROR rights: you may not create secrets in namespace mesh",
                        "ERROR rights: you may not patch secrets in namespace mesh");
    }

    @Test
    void whatAnotherInstallationHasIsNotTakenOver() throws Exception {
        put("CustomResourceDefinition", "apiextensions.k8s.io/v1", "name: sidecars.networking.istio.io", "");
        put(
                "CustomResourceDefinition",
                "apiextensions.k8s.io/v1",
                "name: gateways.networking.istio.io, annotations: {meta.helm.sh/release-name: istio-base, meta.helm.sh/release-namespace: istio-system}",
                "");
        put("Deployment", "apps/v1", "name: istiod-mesh, namespace: mesh", "");
        assertThat(findings())
                .containsExactly(
                        "ERROR CustomResourceDefinition sidecars.networking.istio.io: of another installation than the release"
                                + " istio-system/istio-base, which helm would not take over",
                        "ERROR Deployment mesh/istiod-mesh: of another installation than the release mesh/istiod-mesh,"
                                + " which helm would not take over");
        assertThat(stage.findings(desired).getLast().fix())
                .contains(
                        "`kubectl label deployment istiod-mesh -n mesh app.kubernetes.io/managed-by=Helm --overwrite`");
    }

    @Test
    void whatWorksForEverybodyIsNamed() throws Exception {
        webhook("Mutating", "name: istio-sidecar-injector", "istio-system");
        webhook("Mutating", "name: istio-revision-tag-default", "istio-system");
        webhook("Validating", "name: istiod-default-validator", "istio-system");
        put("DaemonSet", "apps/v1", "name: ztunnel, namespace: istio-system", "");
        assertThat(findings())
                .hasSize(4)
                .allMatch(finding -> finding.startsWith("WARNING "))
                .anyMatch(finding -> finding.startsWith("WARNING DaemonSet istio-system/ztunnel: "))
                .anyMatch(finding ->
                        finding.startsWith("WARNING ValidatingWebhookConfiguration istiod-default-validator"));
    }

    @Test
    void whoInjectsForOurRevisionsBesidesUsIsAnError() throws Exception {
        webhook("Mutating", "name: a, labels: {istio.io/rev: mesh}", "elsewhere");
        webhook("Mutating", "name: b, labels: {istio.io/rev: mesh, istio.io/tag: stable}", "mesh");
        webhook("Mutating", "name: c, labels: {istio.io/rev: another}", "elsewhere");
        assertThat(findings())
                .containsExactly(
                        "ERROR MutatingWebhookConfiguration a: it injects for mesh, which is usergroup mesh's, from namespace elsewhere",
                        "ERROR MutatingWebhookConfiguration b: a tag that something else has set; pods would be injected twice");
    }

    @Test
    void namespacesThatBearLabelsAlready() throws Exception {
        stage.api.put("shop", Map.of("usergroup", "mesh"));
        stage.api.put("bank", Map.of("usergroup", "unknown"));
        stage.api.put("mesh", Map.of("usergroup", "unknown"));
        assertThat(findings())
                .containsExactly(
                        "ERROR Namespace mesh: the system namespace of usergroup mesh, but labelled usergroup=unknown",
                        "WARNING Namespace bank: labelled usergroup=unknown, which is no usergroup of the tenancy",
                        "WARNING namespaces shop: members of usergroup mesh, whose control plane does not exist yet");
    }

    @Test
    void aSystemNamespaceThatGoesIsWaitedFor() throws Exception {
        stage.api.put("mesh", Map.of("usergroup", "mesh"));
        stage.api.terminate("mesh");
        assertThat(findings()).containsExactly("ERROR Namespace mesh: it is being deleted");
    }
}
