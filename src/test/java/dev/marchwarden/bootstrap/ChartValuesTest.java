package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.KubernetesTool;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real helm renders the charts with our values: the stand-ins, which refuse values that they do not know, and Istio's own where they are. */
class ChartValuesTest {
    /** Where the charts are. */
    enum Charts {
        STAND_IN,
        ISTIO;

        private Path directory() {
            if (this == STAND_IN) {
                return Path.of("test-fixtures/istio-charts");
            }
            String named = System.getenv("ISTIO_CHARTS");
            Assumptions.assumeTrue(
                    named != null,
                    "set ISTIO_CHARTS to a directory with Istio's charts base and istiod to test with those too");
            return Path.of(named);
        }

        private Chart chart(String name) {
            return new Chart(
                    name, "", directory().resolve(name).toAbsolutePath().toString(), null);
        }
    }

    @TempDir
    private Path directory;

    private static DesiredState desired(String name) throws Exception {
        Tenancy tenancy = TenancyFile.read(Path.of("test-fixtures/bootstrap", name, "tenancy.yaml"));
        return DesiredState.of(tenancy, Settings.DEFAULT);
    }

    private List<Manifest> rendered(HelmRelease release, Chart chart) throws Exception {
        Helm helm = Helm.find(KubernetesTool.HELM.path(), "", new HelmCluster(List.of(), ""));
        String rendered = helm.template(new HelmRelease(release.name(), release.namespace(), chart, release.values()));
        Path file = Files.writeString(Files.createTempFile(directory, "rendered", ".yaml"), rendered);
        return new ManifestReader(InputStream.nullInputStream()).read(List.of(file));
    }

    private static List<String> names(List<Manifest> manifests) {
        return manifests.stream().map(one -> one.kind() + " " + one.name()).toList();
    }

    private static Manifest one(List<Manifest> manifests, String kind, String name) {
        return manifests.stream()
                .filter(manifest ->
                        manifest.kind().equals(kind) && manifest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + names(manifests)));
    }

    @ParameterizedTest
    @EnumSource
    void theBaseChartBringsKindsAndNothingThatTakesEverybodys(Charts charts) throws Exception {
        HelmRelease base = ((Step.Release) desired("guide").steps().get(1)).release();
        assertThat(names(rendered(base, charts.chart("base"))))
                .contains("CustomResourceDefinition peerauthentications.security.istio.io")
                .allMatch(name -> name.startsWith("CustomResourceDefinition "));
    }

    @ParameterizedTest
    @EnumSource
    void istiodBearsItsRevisionAndNamespace(Charts charts) throws Exception {
        for (ControlPlane plane : desired("guide").controlPlanes()) {
            String name = plane.usergroup().name();
            List<Manifest> manifests = rendered(plane.release(), charts.chart("istiod"));
            assertThat(names(manifests))
                    .contains(
                            "Deployment istiod-" + name,
                            "Service istiod-" + name,
                            "ServiceAccount istiod-" + name,
                            "ClusterRole istiod-clusterrole-" + name + "-" + name,
                            "ClusterRole istiod-gateway-controller-" + name + "-" + name,
                            "MutatingWebhookConfiguration istio-sidecar-injector-" + name + "-" + name)
                    .noneMatch(rendered -> rendered.startsWith("ValidatingWebhookConfiguration"))
                    .noneMatch(rendered -> rendered.startsWith("NetworkPolicy"))
                    .noneMatch(rendered -> rendered.contains("istio-reader"))
                    .allMatch(rendered -> rendered.contains(name));
            assertThat(manifests).extracting(Manifest::namespace).containsOnly(name, "");
            assertPodsAreSelected(one(manifests, "Deployment", "istiod-" + name));
            assertMesh(one(manifests, "ConfigMap", "istio-" + name), name);
        }
    }

    /** By the NetworkPolicy, and by the Service of a tag. */
    private static void assertPodsAreSelected(Manifest deployment) {
        JsonNode labels = deployment.object().at("/spec/template/metadata/labels");
        assertThat(labels.path("app").asText()).isEqualTo("istiod");
        assertThat(labels.path("istio.io/rev").asText())
                .isEqualTo(deployment.name().substring("istiod-".length()));
        JsonNode variables = deployment.object().at("/spec/template/spec/containers/0/env");
        assertThat(variables.valueStream())
                .extracting(variable -> variable.path("name").asText() + "="
                        + variable.path("value").asText())
                .contains(
                        "PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME=istio-"
                                + labels.path("istio.io/rev").asText(),
                        "PILOT_SCOPE_GATEWAY_TO_NAMESPACE=true");
    }

    private static void assertMesh(Manifest configMap, String usergroup) throws Exception {
        JsonNode mesh =
                new YAMLMapper().readTree(configMap.object().at("/data/mesh").asText());
        assertThat(mesh.path("rootNamespace").asText()).isEqualTo(usergroup);
        assertThat(mesh.path("trustDomain").asText()).isEqualTo(usergroup + ".cluster.local");
        assertThat(mesh.path("discoverySelectors").toString())
                .isEqualTo("[{\"matchLabels\":{\"usergroup\":\"" + usergroup + "\"}}]");
        assertThat(mesh.at("/outboundTrafficPolicy/mode").asText()).isEqualTo("REGISTRY_ONLY");
    }

    @Test
    void theStandInsRefuseWhatNobodyReads() throws Exception {
        HelmRelease release = desired("guide").controlPlanes().getFirst().release();
        ObjectNode values = release.values().deepCopy();
        values.withObject("/global").put("istioNamspace", "typo");
        assertThat(catchThrowable(() -> rendered(
                        new HelmRelease(release.name(), release.namespace(), release.chart(), values),
                        Charts.STAND_IN.chart("istiod"))))
                .hasMessageContaining("istioNamspace");
    }

    /** The tags are ours to write; they have to be what the chart would have made of them. */
    @Test
    void tagsAreAsTheChartMakesThem() throws Exception {
        Chart chart = Charts.ISTIO.chart("istiod");
        DesiredState desired = desired("tags");
        List<ControlPlane> tagged = desired.controlPlanes().stream()
                .filter(plane -> !plane.usergroup().tags().isEmpty())
                .toList();
        assertThat(tagged).hasSize(2);
        for (ControlPlane plane : tagged) {
            String tag = plane.usergroup().tags().entrySet().stream()
                    .filter(entry -> entry.getValue().equals(plane.revision()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            ObjectNode values = plane.values().deepCopy();
            values.putArray("revisionTags").add(tag);
            List<Manifest> theirs = rendered(
                    new HelmRelease(plane.releaseName(), plane.usergroup().systemNamespace(), plane.chart(), values),
                    chart);
            Step.Objects ours = (Step.Objects) desired.steps().stream()
                    .filter(step -> step.name().endsWith("/tag-" + tag))
                    .findFirst()
                    .orElseThrow();
            for (JsonNode object : ours.objects()) {
                ObjectNode without = object.deepCopy();
                ((ObjectNode) without.at("/metadata/labels")).remove("app.kubernetes.io/managed-by");
                JsonNode made = one(
                                theirs,
                                object.path("kind").asText(),
                                object.at("/metadata/name").asText())
                        .object();
                assertThat(Comparison.ofObjects(without, made)).isEmpty();
                assertThat(Comparison.ofTrees(object.path("spec"), made.path("spec")))
                        .isEmpty();
                assertThat(Comparison.ofTrees(object.path("webhooks"), made.path("webhooks")))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void valuesOfEveryCaseAreKnown(Charts charts) throws Exception {
        String expected = Files.readString(Path.of("test-fixtures/bootstrap/expected.txt"));
        List<String> sections = Stream.of(expected.split("(?m)^==> "))
                .filter(section -> section.matches("(?s)\\w+, render --out: values/.*/istiod-.*"))
                .toList();
        assertThat(sections).as("two usergroups each of guide and options").hasSize(4);
        for (String section : sections) {
            ObjectNode values = (ObjectNode) new YAMLMapper().readTree(section.substring(section.indexOf('\n')));
            String namespace = values.at("/global/istioNamespace").asText();
            assertThat(rendered(
                            new HelmRelease("istiod-x", namespace, charts.chart("istiod"), values),
                            charts.chart("istiod")))
                    .as(section)
                    .isNotEmpty();
        }
    }
}
