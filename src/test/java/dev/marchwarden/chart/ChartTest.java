package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tools.GoldenFile;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What helm makes of the chart, with its defaults and each file in {@code ci}: no complaint, the same objects by every helm, the ones that
 * were looked at ({@code test-fixtures/chart/golden}).
 */
class ChartTest {
    private static final Path GOLDEN = Path.of("test-fixtures/chart/golden");

    static List<String> cases() {
        return Chart.cases();
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void nothingIsToBeComplainedOf(KubernetesTool helm) {
        assertThat(lint(helm)).startsWith("exit 0").doesNotContain("[WARNING]", "[ERROR]");
        assertThat(cases())
                .hasSizeGreaterThan(6)
                .allSatisfy(name -> assertThat(
                                lint(helm, "--values", Chart.values(name).toString()))
                        .startsWith("exit 0")
                        .doesNotContain("[WARNING]", "[ERROR]"));
    }

    private static String lint(KubernetesTool helm, String... arguments) {
        List<String> all = Stream.concat(Stream.of("lint", "--strict", Chart.ROOT.toString()), Stream.of(arguments))
                .toList();
        return Chart.run(helm, all).text();
    }

    /** {@code MARCHWARDEN_GOLDEN=write mvn test -Dtest=ChartTest} writes them anew; what differs is then for a person to look at. */
    @ParameterizedTest
    @MethodSource("cases")
    void isWhatWasLookedAt(String name) throws Exception {
        GoldenFile.holds(GOLDEN.resolve(name + ".yaml"), Rendered.ofCase(name).text());
    }

    @Test
    void allThatWasLookedAtIsStillRendered() throws Exception {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            cases().stream().map(name -> name + ".yaml").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheSameByHelm3(String name) {
        Rendered older = Rendered.by(
                KubernetesTool.HELM_3, "--values", Chart.values(name).toString());
        assertThat(read(older)).containsExactlyInAnyOrderElementsOf(read(Rendered.ofCase(name)));
    }

    /** Objects with the files in them read: how YAML is set out in those is up to each helm. */
    private static List<JsonNode> read(Rendered rendered) {
        return rendered.objects().stream()
                .<JsonNode>map(object -> {
                    ObjectNode copy = object.deepCopy();
                    if (object.path("kind").asText().equals("ConfigMap")) {
                        object.path("data")
                                .forEachEntry((file, text) ->
                                        ((ObjectNode) copy.path("data")).set(file, Chart.parse(text.asText())));
                    }
                    return copy;
                })
                .toList();
    }

    /** Where nobody has said who lives in the cluster, the API server asks nobody. */
    @Test
    void withoutUsergroupsNothingIsDenied() {
        Rendered rendered = Rendered.ofCase("defaults");
        assertThat(rendered.all("ValidatingWebhookConfiguration")).isEmpty();
        assertThat(rendered.all("MutatingWebhookConfiguration")).isEmpty();
        assertThat(rendered.all("Deployment")).hasSize(1);
        assertThat(notes("--values", Chart.values("defaults").toString()))
                .contains("No usergroups are given", "nothing is denied")
                .doesNotContain("helm -n", "emergency");
        ToolRun run = Chart.template(
                KubernetesTool.HELM,
                "--values",
                Chart.values("defaults").toString(),
                "--set",
                "bootstrap.enabled=true");
        assertThat(run.err()).contains("bootstrap.enabled is true (expected: false without usergroups");
    }

    @Test
    void theImageIsForTheUserToName() {
        ToolRun run = Chart.template(KubernetesTool.HELM, "--set", "image.repository=");
        assertThat(run.succeeded()).isFalse();
        assertThat(run.err()).contains("image.repository is empty (expected: where your build of the image is");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noTwoObjectsShareAName(String name) {
        Set<String> seen = new HashSet<>();
        assertThat(Rendered.ofCase(name).objects())
                .isNotEmpty()
                .allSatisfy(object -> assertThat(seen.add(Rendered.title(object)))
                        .as(Rendered.title(object))
                        .isTrue());
    }

    @Test
    void isForNoClusterThatIsTooOldForIt() {
        ToolRun run = Chart.template(KubernetesTool.HELM, "--kube-version", "1.29.9");
        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains("1.30");
        assertThat(Chart.template(KubernetesTool.HELM, "--kube-version", "1.30.0-gke.100")
                        .succeeded())
                .isTrue();
    }

    /** Nothing is decided by what helm looks up in a cluster, or draws by chance: GitOps renders without one, and more than once. */
    @Test
    void rendersTheSameTwice() {
        assertThat(Chart.template(KubernetesTool.HELM).out())
                .isEqualTo(Chart.template(KubernetesTool.HELM).out());
    }

    @Test
    void isOfTheProgramsVersion() throws Exception {
        JsonNode chart = Chart.read(Chart.ROOT.resolve("Chart.yaml"));
        String pom = Files.readString(Path.of("pom.xml"));
        String version = chart.path("appVersion").asText();
        assertThat(pom).contains("<artifactId>marchwarden</artifactId>\n  <version>" + version + "</version>");
        assertThat(chart.path("version").asText()).isEqualTo(version);
    }

    /** A package holds what is in the chart's directory alone. */
    @Test
    void carriesTheLicense() {
        assertThat(Chart.ROOT.resolve("LICENSE")).hasSameTextualContentAs(Path.of("LICENSE"));
    }

    /** In a package there is nothing above the chart, and {@code ci} is left out of ours. */
    @Test
    void linksWorkFromAPackage() throws Exception {
        String readme = Files.readString(Chart.ROOT.resolve("README.md"));
        assertThat(Pattern.compile("]\\(([^)#]+)[^)]*\\)")
                        .matcher(readme)
                        .results()
                        .map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> {
                    assertThat(link).doesNotContain("..").doesNotStartWith("ci");
                    assertThat(Chart.ROOT.resolve(link)).exists();
                });
    }

    @Test
    void theImagesForScannersAreThoseOfTheValues() {
        JsonNode images = Chart.parse(Chart.read(Chart.ROOT.resolve("Chart.yaml"))
                .at("/annotations/artifacthub.io~1images")
                .asText());
        assertThat(images.findValuesAsText("image"))
                .containsExactly(Chart.defaults().at("/bootstrap/helm/image").asText());
    }

    @Test
    void saysWhatToDoNext() {
        String notes = notes();
        assertThat(notes)
                .contains(
                        "kubectl -n marchwarden-system rollout status deployment/marchwarden",
                        "helm -n marchwarden-system test marchwarden",
                        "jsonpath='{.data.tenancy\\.yaml}'",
                        "clusterRanges is empty",
                        "kubectl delete validatingwebhookconfiguration,mutatingwebhookconfiguration marchwarden");
        assertThat(notes("--values", Chart.values("workloads").toString()))
                .contains("between 2 usergroups")
                .doesNotContain("clusterRanges is empty");
        assertThat(notes("--values", Chart.values("url").toString()))
                .contains("asks https://localhost:8443/marchwarden/")
                .doesNotContain("rollout");
        assertThat(notes("--set", "metrics.serviceMonitor.enabled=true,webhook.failurePolicy=Ignore"))
                .contains("networkPolicy.opsFrom", "everything passes");
    }

    /** They are shown by a dry run of an installation only. */
    private static String notes(String... arguments) {
        List<String> all = Stream.concat(
                        Stream.of(
                                "install",
                                Chart.RELEASE,
                                Chart.ROOT.toString(),
                                "--namespace",
                                Chart.NAMESPACE,
                                "--dry-run=client"),
                        Chart.withValues(arguments).stream())
                .toList();
        String text = Chart.run(KubernetesTool.HELM, all).text();
        assertThat(text).startsWith("exit 0").contains("NOTES:");
        return text.substring(text.indexOf("NOTES:"));
    }
}
