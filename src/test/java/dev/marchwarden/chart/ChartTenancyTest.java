package dev.marchwarden.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values that are a tenancy file's {@code spec}, and the file that becomes of them. */
class ChartTenancyTest {
    private static final Path CORPUS = Path.of("test-fixtures/tenancy");

    /** Mistakes that neither the schema nor the templates see; the program that reads the file does. */
    private static final Set<String> FOR_THE_PROGRAM =
            Set.of("cluster-ranges-host-bits", "cluster-ranges-twice-in-other-words", "tag-to-foreign-revision");

    /** As the program reads YAML: {@code off} is a word. To helm it is one in quotes only, and those are written here. */
    private static final ObjectMapper WORDS = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build())
            .build();

    @TempDir
    private Path directory;

    static List<String> cases() {
        return Chart.cases().stream()
                .filter(name -> !name.equals("url") && !name.equals("existing-secret"))
                .toList();
    }

    static List<Path> good() throws IOException {
        return corpus("good");
    }

    private static List<Path> corpus(String kind) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(kind))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static Tenancy tenancy(Rendered rendered) throws InvalidTenancyException {
        JsonNode data = rendered.all("ConfigMap").stream()
                .filter(map -> map.at("/metadata/name").asText().endsWith("-tenancy"))
                .findFirst()
                .orElseThrow()
                .path("data");
        assertThat(data.properties()).hasSize(1);
        return TenancyFile.parse("rendered", data.elements().next().asText().getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isATenancyFile(String name) throws Exception {
        Tenancy tenancy = tenancy(Rendered.ofCase(name));
        assertThat(tenancy.usergroups().isEmpty()).isEqualTo(name.equals("defaults"));
        assertThat(tenancy.isProtected(Chart.NAMESPACE)).isTrue();
        assertThat(tenancy.isProtected("kube-system")).isTrue();
    }

    @Test
    void defaultsAreTheFilesDefaults() throws Exception {
        Tenancy tenancy = tenancy(Rendered.ofGuide());
        Tenancy bare = TenancyFile.parse("bare", """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec: {usergroups: [{name: usergroup-1}, {name: usergroup-2}]}
                """.getBytes(UTF_8));
        assertThat(tenancy.usergroups()).isEqualTo(bare.usergroups());
        assertThat(tenancy.usergroupLabel()).isEqualTo(bare.usergroupLabel());
        assertThat(tenancy.clusterDomain()).isEqualTo(bare.clusterDomain());
        assertThat(tenancy.enforcement()).isEqualTo(bare.enforcement());
        assertThat(Tenancy.DEFAULT_EXEMPTIONS.users())
                .allSatisfy(user -> assertThat(tenancy.exempts(user, List.of())).isTrue());
        assertThat(Tenancy.DEFAULT_PROTECTED_NAMESPACES)
                .allSatisfy(
                        namespace -> assertThat(tenancy.isProtected(namespace)).isTrue());
        assertThat(tenancy.isProtected("default")).isFalse();
    }

    /** A file that the program reads says the same to it when its spec comes as values. */
    @ParameterizedTest
    @MethodSource("good")
    void saysWhatTheFileSays(Path file) throws Exception {
        Tenancy direct = TenancyFile.read(file);
        Tenancy rendered = tenancy(Rendered.of("--values", values(file).toString()));
        assertThat(rendered.usergroups()).isEqualTo(direct.usergroups());
        assertThat(rendered.usergroupLabel()).isEqualTo(direct.usergroupLabel());
        assertThat(rendered.clusterDomain()).isEqualTo(direct.clusterDomain());
        assertThat(rendered.enforcement()).isEqualTo(direct.enforcement());
        assertThat(rendered.sharedServices().list())
                .isEqualTo(direct.sharedServices().list());
        assertThat(rendered.exceptions()).isEqualTo(direct.exceptions());
    }

    /** As a values file: what is under {@code spec}. */
    private Path values(Path file) throws IOException {
        JsonNode tree = WORDS.readTree(Files.readString(file));
        Path values = directory.resolve("values.yaml");
        ObjectNode spec = tree.path("spec").deepCopy();
        spec.putObject("image").put("repository", "registry.example.com/marchwarden");
        Files.writeString(values, Chart.YAML.writeValueAsString(spec));
        return values;
    }

    @Test
    void whatTheProgramRefusesIsRefusedBeforeItIsInstalled() throws Exception {
        Set<String> accepted = new TreeSet<>();
        int seen = 0;
        for (Path file : corpus("bad")) {
            JsonNode tree = parsed(file);
            if (tree.path("spec").has("usergroups")) {
                seen++;
                if (Chart.template(KubernetesTool.HELM, "--values", values(file).toString())
                        .succeeded()) {
                    accepted.add(file.getFileName().toString().replace(".yaml", ""));
                }
            }
        }
        assertThat(seen).isGreaterThan(20);
        // what is wrong with these is not in what is values here: the document around it, or its YAML
        accepted.removeIf(name -> name.startsWith("yaml-"));
        accepted.removeAll(Set.of(
                "other-kind", "missing-kind", "unknown-key-document", "unknown-key-metadata", "escapes-in-keys"));
        // an empty list is the default of these values, and left out of the file
        accepted.removeAll(Set.of("shared-services-empty", "exceptions-empty"));
        assertThat(accepted).isEqualTo(new TreeSet<>(FOR_THE_PROGRAM));
    }

    /** Nothing for what is no YAML at all, or no file of one document. */
    private static JsonNode parsed(Path file) {
        try {
            return Chart.parse(Files.readString(file));
        } catch (IOException | java.io.UncheckedIOException e) {
            return Chart.YAML.missingNode();
        }
    }

    @Test
    void whatTwoUsergroupsShareIsSaid() {
        assertThat(refusal("usergroups[0].name=red", "usergroups[1].name=red"))
                .contains("usergroups[1].name is \"red\" (expected: a name that no other usergroup has)");
        assertThat(refusal(
                        "usergroups[0].name=usergroup-1",
                        "usergroups[1].name=b",
                        "usergroups[1].systemNamespace=usergroup-1"))
                .contains("usergroups[1].systemNamespace is \"usergroup-1\" (expected: another than that of usergroup"
                        + " usergroup-1)");
        assertThat(refusal(
                        "usergroups[0].name=usergroup-1",
                        "usergroups[1].name=b",
                        "usergroups[1].revisions[0]=usergroup-1"))
                .contains("usergroups[1] has revision or tag \"usergroup-1\"");
        assertThat(refusal(
                        "usergroups[0].name=usergroup-1", "usergroups[1].name=b", "usergroups[1].tags.usergroup-1=b"))
                .contains("usergroups[1] has revision or tag \"usergroup-1\"");
        assertThat(refusal("usergroups[0].name=a", "usergroups[1].name=b", "usergroups[1].gatewayClass=istio-a"))
                .contains("usergroups[1].gatewayClass is \"istio-a\" (expected: another than that of usergroup a)");
        assertThat(refusal("sharedServices[0].hosts[0]=gateway.usergroup-1.svc.cluster.local"))
                .contains("usergroup-1 is the system namespace of usergroup usergroup-1");
        assertThat(refusal("usergroups[0].name=kube-system"))
                .contains("usergroups[0].systemNamespace is \"kube-system\"");
        assertThat(refusal("usergroups[0].name=a", "usergroups[0].systemNamespace=" + Chart.NAMESPACE))
                .contains("nor the one that Marchwarden is installed in");
    }

    private static String refusal(String... settings) {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        ToolRun run = Chart.template(KubernetesTool.HELM, arguments.toArray(String[]::new));
        assertThat(run.succeeded()).as(run.text()).isFalse();
        return run.err();
    }

    @Test
    void aFileOfOnesOwnIsMountedInstead() {
        Rendered rendered = Rendered.ofCase("existing-secret");
        assertThat(rendered.all("ConfigMap")).isEmpty();
        assertThat(Rendered.texts(rendered.container().path("args"))).contains("--config=/etc/marchwarden/mesh.yaml");
        assertThat(rendered.one("Deployment").at("/spec/template/spec/volumes").toString())
                .contains("\"configMap\":{\"name\":\"mesh-tenancy\"}");
        assertThat(rendered.one("ValidatingWebhookConfiguration").toString()).contains("'example.com/mesh-tenant'");
    }
}
