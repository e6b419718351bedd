package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.KubernetesTool;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the serving certificate comes from, and how the API server hears of its authority. */
class CertificatesTest {
    private static List<String> arguments(Rendered rendered) {
        return Rendered.texts(rendered.container().path("args"));
    }

    /** What the pods write must be in no manifest, old or new: then no upgrade, no apply and no server-side apply takes it away. */
    @Test
    void managedWhatThePodsWriteIsNotRendered() {
        Rendered rendered = Rendered.ofGuide();
        JsonNode secret = rendered.one("Secret", "marchwarden-tls");
        assertThat(secret.propertyStream().map(java.util.Map.Entry::getKey))
                .containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "type");
        assertThat(secret.path("type").asText()).isEqualTo("Opaque");
        assertThat(rendered.one("Lease", "marchwarden").propertyStream().map(java.util.Map.Entry::getKey))
                .containsExactlyInAnyOrder("apiVersion", "kind", "metadata");
        assertThat(rendered.text()).doesNotContain("caBundle:", "stringData", "cert-manager");
        assertThat(arguments(rendered))
                .contains(
                        "--issue",
                        "--service=marchwarden-system/marchwarden",
                        "--tls-secret=marchwarden-system/marchwarden-tls",
                        "--webhooks=marchwarden",
                        "--lease=marchwarden-system/marchwarden");
        assertThat(rendered.one("ValidatingWebhookConfiguration")
                        .at("/metadata/name")
                        .asText())
                .isEqualTo(rendered.one("MutatingWebhookConfiguration")
                        .at("/metadata/name")
                        .asText())
                .isEqualTo("marchwarden");
    }

    @Test
    void aSecretOfOthersIsReadAndItsAuthorityPublished() {
        Rendered rendered = Rendered.ofCase("existing-secret");
        assertThat(rendered.all("Secret")).isEmpty();
        rendered.one("Lease");
        assertThat(arguments(rendered))
                .contains("--tls-secret=marchwarden-system/marchwarden-serving", "--webhooks=marchwarden")
                .contains("--lease=marchwarden-system/marchwarden")
                .doesNotContain("--issue");
    }

    @Test
    void certManagerIssuesAndThePodsPublish() {
        Rendered rendered = Rendered.ofCase("cert-manager");
        assertThat(rendered.all("Secret")).isEmpty();
        rendered.one("Lease");
        assertThat(arguments(rendered))
                .contains("--tls-secret=marchwarden-system/marchwarden-tls", "--webhooks=marchwarden")
                .contains("--lease=marchwarden-system/marchwarden")
                .doesNotContain("--issue");
        // two publishers would undo each other's changeover
        assertThat(rendered.text()).doesNotContain("cert-manager.io/inject-ca-from");
        JsonNode serving = rendered.one("Certificate", "marchwarden").path("spec");
        assertThat(Rendered.texts(serving.path("dnsNames")))
                .containsExactlyInAnyOrder(
                        "marchwarden",
                        "marchwarden.marchwarden-system",
                        "marchwarden.marchwarden-system.svc",
                        "marchwarden.marchwarden-system.svc.cluster.local");
        assertThat(serving.path("secretName").asText()).isEqualTo("marchwarden-tls");
        assertThat(serving.path("privateKey").toString())
                .isEqualTo(
                        "{\"algorithm\":\"ECDSA\",\"size\":256,\"encoding\":\"PKCS8\",\"rotationPolicy\":\"Always\"}");
        assertThat(serving.has("isCA")).isFalse();

        JsonNode authority = rendered.one("Certificate", "marchwarden-ca").path("spec");
        assertThat(authority.path("isCA").asBoolean()).isTrue();
        // with a new key it would be another authority, which what is served was not issued by
        assertThat(authority.at("/privateKey/rotationPolicy").asText()).isEqualTo("Never");
        assertThat(rendered.one("Issuer", serving.at("/issuerRef/name").asText())
                        .at("/spec/ca/secretName")
                        .asText())
                .isEqualTo(authority.path("secretName").asText());
        assertThat(rendered.one("Issuer", authority.at("/issuerRef/name").asText())
                        .path("spec")
                        .has("selfSigned"))
                .isTrue();
    }

    @Test
    void orAnIssuerOfOnesOwnDoes() {
        Rendered rendered = Rendered.ofCase("everything");
        assertThat(rendered.all("Issuer")).isEmpty();
        JsonNode serving = rendered.one("Certificate").path("spec");
        assertThat(serving.at("/issuerRef/kind").asText()).isEqualTo("ClusterIssuer");
        assertThat(Rendered.texts(serving.path("dnsNames"))).contains("border.marchwarden-system.svc.k8s.example.com");
    }

    @Test
    void whatContradictsItselfIsSaid() {
        assertThat(refusal("certificates.mode=existingSecret"))
                .contains("certificates.existingSecret is empty (expected: the name of a Secret");
        assertThat(refusal("certificates.existingSecret=tls"))
                .contains("certificates.existingSecret is \"tls\" (expected: nothing");
        assertThat(refusal("webhook.caBundle=AAAA")).contains("webhook.caBundle is set (expected: nothing");
        assertThat(refusal("ports.ops=8443")).contains("ports.ops is 8443 (expected: another port");
        assertThat(refusal("serviceAccount.create=false")).contains("serviceAccount.name is empty");
    }

    private static String refusal(String setting) {
        var run = Chart.template(KubernetesTool.HELM, "--set", setting);
        assertThat(run.succeeded()).as(run.text()).isFalse();
        return run.err();
    }
}
