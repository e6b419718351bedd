package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The Job that sets up the control planes: there only where it was asked for, and how it runs. */
class BootstrapJobTest {
    private static final Rendered CASE = Rendered.ofCase("bootstrap");

    private static JsonNode pod(Rendered rendered) {
        return rendered.all("Job").getFirst().at("/spec/template/spec");
    }

    private static Stream<JsonNode> containers() {
        return Stream.concat(
                pod(CASE).path("initContainers").valueStream(),
                pod(CASE).path("containers").valueStream());
    }

    static List<String> others() {
        return Chart.cases().stream().filter(name -> !name.equals("bootstrap")).toList();
    }

    @ParameterizedTest
    @MethodSource("others")
    void isNotThereUnlessAskedFor(String name) {
        assertThat(Rendered.ofCase(name).all("Job")).isEmpty();
        assertThat(Rendered.ofCase(name).text()).doesNotContain("-bootstrap", "escalate");
    }

    @Test
    void mayDoNothingThatItNeedNot() {
        JsonNode context = pod(CASE).path("securityContext");
        assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(context.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(containers()).hasSize(3).allSatisfy(container -> {
            JsonNode own = container.path("securityContext");
            assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(container.at("/resources/requests/memory").asText()).isEqualTo("256Mi");
            assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("512Mi");
        });
    }

    /** The image with helm is somebody else's: it gets neither a token nor a shell, and is gone before the program starts. */
    @Test
    void whereHelmComesFromSeesNothingOfTheCluster() {
        JsonNode helm = pod(CASE).at("/initContainers/0");
        assertThat(helm.path("image").asText()).isEqualTo("registry.example.com/tools/helm:3.18.6");
        assertThat(Rendered.texts(helm.path("command"))).containsExactly("cp", "/usr/local/bin/helm", "/helm/helm");
        assertThat(helm.path("volumeMounts"))
                .singleElement()
                .satisfies(mount -> assertThat(mount.path("mountPath").asText()).isEqualTo("/helm"));
        assertThat(pod(CASE).path("automountServiceAccountToken").asBoolean(true))
                .isFalse();
        assertThat(containers().filter(container -> container.has("command"))).hasSize(1);
    }

    @Test
    void whatItReadsItCannotWrite() {
        assertThat(pod(CASE).at("/containers/0/volumeMounts").valueStream())
                .filteredOn(mount -> !mount.path("readOnly").asBoolean())
                .singleElement()
                .satisfies(mount -> assertThat(mount.path("mountPath").asText()).isEqualTo("/tmp"));
        assertThat(pod(CASE).at("/containers/0/env/0/name").asText()).isEqualTo("HOME");
        assertThat(pod(CASE).at("/containers/0/env/0/value").asText()).isEqualTo("/tmp");
    }

    @Test
    void waitsForTheWebhookFirst() {
        assertThat(Rendered.texts(pod(CASE).at("/initContainers/1/args")))
                .containsExactly(
                        "selftest", "--service=marchwarden-system/marchwarden", "--webhooks=marchwarden", "--wait=240");
        assertThat(CASE.one("NetworkPolicy").at("/spec/ingress/0/from").toString())
                .contains("\"app.kubernetes.io/component\":\"bootstrap\"");
        assertThat(CASE.one("Job", "marchwarden-bootstrap")
                        .at("/spec/template/metadata/labels/app.kubernetes.io~1component")
                        .asText())
                .isEqualTo("bootstrap");
    }

    @Test
    void isBounded() {
        JsonNode job = CASE.one("Job", "marchwarden-bootstrap").path("spec");
        assertThat(job.path("activeDeadlineSeconds").asInt()).isEqualTo(3600);
        assertThat(job.path("backoffLimit").asInt()).isEqualTo(2);
        assertThat(job.path("podReplacementPolicy").asText()).isEqualTo("Failed");
        assertThat(job.at("/podFailurePolicy/rules/0/action").asText()).isEqualTo("FailJob");
        assertThat(job.at("/podFailurePolicy/rules/0/onExitCodes/values/0").asInt())
                .isOne();
        assertThat(pod(CASE).path("restartPolicy").asText()).isEqualTo("Never");
    }

    /** Rights first, and all of it gone once it is done. */
    @Test
    void comesAndGoesWithItsRights() {
        List<JsonNode> all = CASE.objects().stream()
                .filter(object -> object.at("/metadata/name").asText().equals("marchwarden-bootstrap"))
                .toList();
        assertThat(all)
                .extracting(object -> object.path("kind").asText())
                .containsExactlyInAnyOrder("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Job");
        assertThat(all).allSatisfy(object -> {
            JsonNode annotations = object.at("/metadata/annotations");
            assertThat(annotations.path("helm.sh/hook").asText()).isEqualTo("post-install,post-upgrade");
            assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
                    .isEqualTo("before-hook-creation,hook-succeeded");
            assertThat(annotations.path("helm.sh/hook-weight").asInt(0))
                    .isEqualTo(object.path("kind").asText().equals("Job") ? 0 : -1);
        });
    }

    @Test
    void aVolumeAloneIsWhereTheChartsAre() {
        Rendered rendered =
                Rendered.of("--set", "bootstrap.enabled=true,bootstrap.chartsVolume.configMap.name=istio-charts");
        assertThat(Rendered.texts(pod(rendered).at("/containers/0/args")))
                .containsExactly(
                        "bootstrap",
                        "apply",
                        "--config=/etc/marchwarden/tenancy.yaml",
                        "--helm=/helm/helm",
                        "--timeout=300",
                        "--egress=registry-only",
                        "--charts=/charts");
        assertThat(pod(rendered).path("volumes").toString()).contains("{\"name\":\"charts\",\"configMap\":");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "webhook.url=https://localhost:8443/ | expected: false with webhook.url",
                "tenancy.existingConfigMap=mine | expected: false with tenancy.existingConfigMap",
                "bootstrap.values.green.replicaCount=2 | bootstrap.values has \"green\" (expected: one of the usergroups usergroup-1",
            })
    void isRefusedWhereItCouldNotWork(String setting, String message) {
        ToolRun run = Chart.template(KubernetesTool.HELM, "--set", "bootstrap.enabled=true", "--set", setting);
        assertThat(run.succeeded()).isFalse();
        assertThat(run.err()).contains(message);
    }
}
