package dev.marchwarden.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What helm, as it is released, makes of the stand-in. */
@Timeout(120)
class HelmTest {
    private static final String TEMPLATES = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: {{ .Values.replicas }}
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec: {containers: [{name: web, image: nginx}]}
            ---
            {{- if .Values.extra }}
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: extra}
            data: {a: b}
            ---
            {{- end }}
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: web}
            webhooks:
            - name: a.example.com
              clientConfig: {service: {name: web, namespace: shop}}
              admissionReviewVersions: [v1]
              sideEffects: None
              rules: [{apiGroups: [example.com], apiVersions: [v1], resources: [saws], operations: [CREATE]}]
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: hook, annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded}}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
            """;

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startSecure();
    private Client ann;

    @BeforeEach
    void open() throws Exception {
        api.put("shop", Map.of());
        api.runWorkloads();
        ann = Client.of(api, directory, "ann");
        Files.createDirectories(directory.resolve("chart/templates"));
        Files.writeString(directory.resolve("chart/Chart.yaml"), "{apiVersion: v2, name: web, version: 0.1.0}");
        Files.writeString(directory.resolve("chart/values.yaml"), "{replicas: 1, extra: true}");
        Files.writeString(directory.resolve("chart/templates/all.yaml"), TEMPLATES);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private String helm(String... arguments) throws Exception {
        ToolRun run = ann.helm(arguments);
        assertThat(run.succeeded()).as(run.text()).isTrue();
        return run.out() + run.err();
    }

    private int replicas() {
        return api.all("deployments").getFirst().at("/spec/replicas").asInt();
    }

    @Test
    void installsUpgradesRollsBackAndUninstalls() throws Exception {
        helm("install", "web", "chart", "-n", "shop", "--wait", "--timeout", "30s");
        assertThat(api.all("jobs")).as("the hook is done").isEmpty();
        assertThat(api.all("configmaps")).hasSize(1);
        assertThat(helm("list", "-n", "shop", "-q")).isEqualTo("web\n");

        JsonNode patched = bundled();
        assertThat(patched.at("/webhooks/0/clientConfig/caBundle").asText()).isEqualTo("YQ==");
        helm("upgrade", "web", "chart", "-n", "shop", "--set", "replicas=3,extra=false", "--wait", "--timeout", "30s");
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.all("configmaps")).isEmpty();
        JsonNode kept = api.all("validatingwebhookconfigurations").getFirst();
        assertThat(kept.at("/webhooks/0/clientConfig/caBundle").asText())
                .as("what the chart does not say is left alone")
                .isEqualTo("YQ==");

        helm("rollback", "web", "1", "-n", "shop");
        assertThat(replicas()).isEqualTo(1);
        helm("uninstall", "web", "-n", "shop", "--wait");
        assertThat(api.all("deployments")).isEmpty();
        assertThat(api.all("validatingwebhookconfigurations")).isEmpty();
        assertThat(api.all("secrets")).isEmpty();
    }

    private JsonNode bundled() throws Exception {
        ToolRun patch = ann.kubectl(
                "patch",
                "validatingwebhookconfiguration",
                "web",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\"YQ==\"}]");
        assertThat(patch.succeeded()).as(patch.text()).isTrue();
        return api.all("validatingwebhookconfigurations").getFirst();
    }

    @Test
    void mergesOnItsOwnSideToo() throws Exception {
        helm("install", "web", "chart", "-n", "shop", "--server-side=false");
        helm("upgrade", "web", "chart", "-n", "shop", "--server-side=false", "--set", "replicas=2");
        assertThat(replicas()).isEqualTo(2);
        helm("upgrade", "web", "chart", "-n", "shop", "--server-side=true", "--force-conflicts", "--set", "replicas=4");
        assertThat(replicas()).isEqualTo(4);
    }
}
