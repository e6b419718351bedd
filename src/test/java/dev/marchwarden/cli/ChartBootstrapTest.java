package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.standin.RoleRules;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tools.KubernetesTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the chart's Job runs, with the rights that the chart gives it and no others, against the stand-in for an API server: by what was rendered
 * and looked at. With {@code ISTIO_CHARTS} for Istio's own charts too.
 */
@Timeout(300)
class ChartBootstrapTest {
    private static final Path GOLDEN = Path.of("test-fixtures/chart/golden/bootstrap.yaml");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String NAME = "marchwarden-bootstrap";

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private List<JsonNode> rendered;

    @BeforeEach
    void open() throws Exception {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(Files.readString(GOLDEN))) {
            rendered = documents.readAll();
        }
        api.runWorkloads();
        api.runIstiods();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private JsonNode one(String kind, String name) {
        return rendered.stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private RoleRules rights() {
        return RoleRules.of(one("ClusterRole", NAME));
    }

    /** Those of the Job, of which the files are put where the pod has them mounted, and the cluster is named. */
    private Object[] arguments(Path charts) throws IOException {
        JsonNode container = one("Job", NAME).at("/spec/template/spec/containers/0");
        Map<String, String> files = Map.of(
                "/etc/marchwarden/tenancy.yaml",
                        write(one("ConfigMap", "marchwarden-tenancy").at("/data/tenancy.yaml")),
                "/etc/marchwarden-values/red.yaml", write(one("ConfigMap", NAME).at("/data/red.yaml")),
                "/helm/helm", KubernetesTool.HELM.path().toString(),
                "/charts/1.30", copy(charts, "1.30.3"),
                "/charts/1.29", copy(charts, "1.29.2"));
        List<Object> arguments = new ArrayList<>();
        for (JsonNode argument : container.path("args")) {
            String text = argument.asText();
            for (Map.Entry<String, String> file : files.entrySet()) {
                if (text.endsWith("=" + file.getKey())) {
                    text = text.replace(file.getKey(), file.getValue());
                }
            }
            arguments.add(text);
        }
        assertThat(arguments.toString()).doesNotContain("=/etc/", "=/charts/", "=/helm/");
        arguments.add("--kubeconfig=" + api.kubeconfig(directory.resolve("kubeconfig"), "job"));
        return arguments.toArray();
    }

    private String write(JsonNode text) throws IOException {
        assertThat(text.asText()).isNotEmpty();
        return Files.writeString(Files.createTempFile(directory, "mounted", ".yaml"), text.asText())
                .toString();
    }

    /** The charts, as if of a release. */
    private String copy(Path charts, String version) throws IOException {
        Path copy = directory.resolve(version);
        for (String chart : List.of("base", "istiod")) {
            Path from = charts.resolve(chart);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = copy.resolve(chart).resolve(from.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path about = copy.resolve(chart).resolve("Chart.yaml");
            Files.writeString(
                    about, Files.readString(about).replaceAll("(?m)^version: .*$", "version: \"" + version + "\""));
        }
        return copy.toString();
    }

    static List<Path> charts() {
        String named = System.getenv("ISTIO_CHARTS");
        Path ours = Path.of("test-fixtures/istio-charts");
        return named == null ? List.of(ours) : List.of(ours, Path.of(named));
    }

    /** By helm 4 alone: helm 3 waits for ReplicaSets, which the stand-in does not make. */
    @ParameterizedTest
    @MethodSource("charts")
    void itMayDoWhatItHasToDo(Path charts) throws Exception {
        api.enforce(rights());
        Invocation run = Invocation.of(arguments(charts));
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.OK);
        assertThat(api.labels("red-system")).containsEntry("usergroup", "red");
        assertThat(api.find("deployments", "red-system", "istiod-red-1-29")).isNotNull();
        assertThat(api.find("deployments", "istio-system", "istiod-blue")).isNotNull();
        assertGivesWhatItHas();

        Invocation again = Invocation.of(arguments(charts));
        assertThat(again.exitCode()).as(again.out() + again.err()).isEqualTo(ExitCode.OK);
        assertThat(again.out()).contains("0 created, 0 updated");
    }

    /** RBAC lets nobody give what he has not; the stand-in does not look. */
    private void assertGivesWhatItHas() {
        RoleRules rights = rights();
        for (String kind : List.of("clusterroles", "roles")) {
            assertThat(api.all(kind)).isNotEmpty().allSatisfy(role -> {
                assertThat(role.path("rules")).isNotEmpty();
                assertThat(role.path("rules"))
                        .allSatisfy(rule -> assertThat(rights.cover(rule))
                                .as(role.at("/metadata/name").asText() + " " + rule)
                                .isTrue());
            });
        }
    }

    /** So that the test above can tell. What is missing is found before anything is done, or by helm. */
    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "secrets", "deployments", "services", "customresourcedefinitions"})
    void withoutOneOfTheseItComesToNothing(String resource) throws Exception {
        api.enforce(new RoleRules(rights().rules().stream()
                .filter(rule -> !rule.path("resources").toString().contains('"' + resource + '"'))
                .toList()));
        Invocation run = Invocation.of(arguments(Path.of("test-fixtures/istio-charts")));
        assertThat(run.exitCode()).isNotEqualTo(ExitCode.OK);
        assertThat(run.out() + run.err()).contains(resource);
    }

    @Test
    void whatItHasNotItCannotGive() throws Exception {
        JsonNode everySecret = YAML.readTree("{apiGroups: [''], resources: [secrets], verbs: [get, list, watch]}");
        assertThat(rights().cover(everySecret)).isTrue();
        assertThat(rights().cover(YAML.readTree("{apiGroups: [''], resources: [nodes], verbs: [get, patch]}")))
                .isFalse();
        assertThat(rights().cover(YAML.readTree("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}")))
                .isFalse();
        assertThat(rights().cover(YAML.readTree(
                        "{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [delete]}")))
                .isFalse();
    }

    /** helm 3 creates by a POST, of which RBAC knows no name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{verb: create, group: rbac.authorization.k8s.io, resource: clusterroles}",
                "{verb: create, group: rbac.authorization.k8s.io, resource: clusterrolebindings}",
                "{verb: create, group: admissionregistration.k8s.io, resource: mutatingwebhookconfigurations}",
                "{verb: create, group: apiextensions.k8s.io, resource: customresourcedefinitions}",
                "{verb: list, group: apps, resource: replicasets, namespace: red-system}",
            })
    void mayByHelm3(String attributes) throws Exception {
        assertThat(rights().permits(YAML.readTree(attributes))).isTrue();
    }

    /** Ours too: istiod's own role may, and nobody can give what he has not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{verb: update, group: admissionregistration.k8s.io, resource: mutatingwebhookconfigurations, name: marchwarden}",
                "{verb: patch, group: admissionregistration.k8s.io, resource: mutatingwebhookconfigurations, name: marchwarden}",
                "{verb: update, group: admissionregistration.k8s.io, resource: validatingwebhookconfigurations, name: marchwarden}",
            })
    void mayChangeEveryWebhookConfiguration(String attributes) throws Exception {
        assertThat(rights().permits(YAML.readTree(attributes))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{verb: escalate, group: rbac.authorization.k8s.io, resource: clusterroles}",
                "{verb: bind, group: rbac.authorization.k8s.io, resource: clusterroles, name: cluster-admin}",
                "{verb: impersonate, group: '', resource: users, name: admin}",
                "{verb: patch, group: '', resource: namespaces, name: kube-system}",
                "{verb: create, group: '', resource: namespaces, name: other}",
                "{verb: delete, group: '', resource: namespaces, name: red-system}",
                "{verb: patch, group: rbac.authorization.k8s.io, resource: clusterroles, name: cluster-admin}",
                "{verb: delete, group: apiextensions.k8s.io, resource: customresourcedefinitions}",
                "{verb: delete, group: admissionregistration.k8s.io, resource: validatingwebhookconfigurations}",
                "{verb: patch, group: admissionregistration.k8s.io, resource: validatingwebhookconfigurations, name: marchwarden}",
                "{verb: delete, group: admissionregistration.k8s.io, resource: mutatingwebhookconfigurations, name: marchwarden}",
                "{verb: patch, group: security.istio.io, resource: peerauthentications, name: default}",
                "{verb: create, group: '', resource: pods}",
                "{verb: use, group: marchwarden.dev, resource: usergroups, name: red}",
                "{verb: administer, group: marchwarden.dev, resource: usergroups, name: green}",
            })
    void mayNot(String attributes) throws Exception {
        assertThat(rights().permits(YAML.readTree(attributes))).isFalse();
    }

    /** The webhook asks this about who writes into a system namespace. */
    @Test
    void speaksForTheUsergroups() throws Exception {
        for (String usergroup : List.of("red", "blue")) {
            assertThat(rights().permits(new ObjectMapper()
                            .createObjectNode()
                            .put("verb", "administer")
                            .put("group", "marchwarden.dev")
                            .put("resource", "usergroups")
                            .put("name", usergroup)))
                    .isTrue();
        }
    }
}
