package dev.marchwarden.manifest;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ManifestReaderTest {
    private static final String SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n";

    @TempDir
    private Path directory;

    private static ManifestFiles read(byte[] content) {
        return new ManifestReader(new ByteArrayInputStream(content)).readAll(List.of(Path.of("-")));
    }

    private static ManifestFiles read(String content) {
        return read(content.getBytes(UTF_8));
    }

    private static Manifest only(String content) {
        ManifestFiles files = read(content);
        assertThat(files.unreadable()).isEmpty();
        assertThat(files.manifests()).hasSize(1);
        return files.manifests().getFirst();
    }

    private static JsonNode spec(String yaml) {
        return only(SERVICE + "spec:\n" + yaml.indent(2)).object().path("spec");
    }

    private static String problem(String content) {
        List<UnreadableDocument> unreadable = read(content).unreadable();
        assertThat(unreadable).hasSize(1);
        return unreadable.getFirst().toString();
    }

    /** Among others such a document is skipped, as a patch is. */
    @Test
    void nothingButListsAndSingleValuesIsAnError() {
        assertThat(problem("[]")).isEqualTo("-:1: a list (expected: a Kubernetes object, with apiVersion and kind)");
        assertThat(problem("# nothing\n5\n"))
                .isEqualTo("-:2: a single value (expected: a Kubernetes object, with apiVersion and kind)");
        assertThat(read("- a\n---\n" + SERVICE).unreadable()).isEmpty();
        assertThat(read("- a\n---\n" + SERVICE).skipped()).isOne();
        assertThat(read("- a\n---\nreplicas: 1\n").unreadable()).isEmpty();
    }

    @Test
    void aListWithoutItemsHoldsNothing() {
        for (String items : List.of("items: null", "items: []", "metadata: {}")) {
            assertThat(read("apiVersion: v1\nkind: List\n" + items).manifests())
                    .as(items)
                    .isEmpty();
        }
        assertThat(read("apiVersion: v1\nkind: PodList\nitems: null").manifests())
                .isEmpty();
        assertThat(problem("apiVersion: v1\nkind: List\nitems: x"))
                .isEqualTo("-:3: items of a List that are no list (expected: a list of objects)");
        assertThat(only("apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\n")
                        .kind())
                .isEqualTo("AllowList");
    }

    @Test
    void anEmptyValueIsNullAndEmptyQuotesAreText() {
        JsonNode spec = spec("a:\nb: ''\nc: \"\"\nd: ~\ne: null\nf: &x\ng: *x\ni: |\nj: !!str\n");
        for (String nothing : List.of("a", "d", "e", "f", "g")) {
            assertThat(spec.path(nothing).isNull()).as(nothing).isTrue();
        }
        for (String text : List.of("b", "c", "i")) {
            assertThat(spec.path(text).textValue()).as(text).isEmpty();
        }
    }

    @Test
    void aliasesStandForWhatIsAnchored() {
        JsonNode spec = spec("a: &a {x: [1, &b two]}\nc: *a\nd: *b\n");
        assertThat(spec.path("c")).isEqualTo(spec.path("a"));
        assertThat(spec.path("d").textValue()).isEqualTo("two");
        assertThat(problem(SERVICE + "spec: *nothing\n"))
                .startsWith("-:5: the alias *nothing (expected: an anchor &nothing");
        assertThat(problem(SERVICE + "spec: &x {y: *x}\n")).startsWith("-:5: the alias *x ");
        assertThat(problem("a: &a b\n---\n" + SERVICE + "spec: *a\n"))
                .as("an anchor holds in its document only")
                .startsWith("-:7: the alias *a ");
    }

    @Test
    void mergeKeysAddWhatIsNotThere() {
        JsonNode spec = spec("""
                base: &base {a: 1, b: 1}
                other: &other {b: 2, c: 2}
                one: {<<: *base, b: 3}
                several: {<<: [*base, *other], d: 4}
                written: {<<: {a: 5}}
                """);
        assertThat(spec.path("one").toString()).isEqualTo("{\"b\":3,\"a\":1}");
        assertThat(spec.path("several").toString()).isEqualTo("{\"d\":4,\"a\":1,\"b\":1,\"c\":2}");
        assertThat(spec.path("written").toString()).isEqualTo("{\"a\":5}");
        assertThat(problem(SERVICE + "spec: {<<: text}\n")).startsWith("-:5: a merge key << whose value is not a map");
        assertThat(only("{\"apiVersion\": \"v1\", \"kind\": \"A\", \"<<\": {\"a\": 1}}")
                        .object()
                        .has("<<"))
                .as("in JSON it is a key as any other")
                .isTrue();
    }

    @Test
    void aliasesOfAliasesAreBounded() {
        StringBuilder laughs = new StringBuilder(SERVICE + "a: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
        }
        assertThat(problem(laughs.toString())).contains("aliases for too many values");
    }

    @Test
    void positionsAreThoseOfTheFields() {
        Manifest manifest = only("""
                # a comment
                apiVersion: v1
                kind: Service
                metadata:
                  name: shop
                  labels: {app: shop, istio.io/rev: blue, "a.b/c": d}
                spec:
                  base: &base
                    host: one
                  list:
                  - host: two
                    more: [x, y]
                  - <<: *base
                    port: 1
                """);
        assertThat(manifest.line()).isEqualTo(2);
        assertThat(manifest.position("metadata.labels[istio.io/rev]")).isEqualTo(new Position(6, 23));
        assertThat(manifest.position("metadata.labels[a.b/c]")).isEqualTo(new Position(6, 43));
        assertThat(manifest.position("spec.list[0].host")).isEqualTo(new Position(11, 5));
        assertThat(manifest.position("spec.list[0].more[1]")).isEqualTo(new Position(12, 15));
        assertThat(manifest.position("spec.list[1].host"))
                .as("where it is written")
                .isEqualTo(new Position(9, 5));
        assertThat(manifest.position("spec.list[1].port")).isEqualTo(new Position(14, 5));
        assertThat(manifest.position("spec.list[1].weight")).as("missing").isEqualTo(new Position(13, 5));
        assertThat(manifest.position("spec.exportTo")).isEqualTo(new Position(7, 1));
        assertThat(manifest.position("status")).isEqualTo(new Position(2, 1));
    }

    @Test
    void positionsOfItemsOfAListAreTheirOwn() {
        String json = """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Service", "spec": {"a": 1}},
                  {"apiVersion": "v1", "kind": "Service",
                   "spec": {"a": 1}}
                ]}
                """;
        List<Manifest> manifests = read(json).manifests();
        assertThat(manifests).extracting(Manifest::line).containsExactly(2, 3);
        assertThat(manifests.get(1).position("spec.a")).isEqualTo(new Position(4, 13));
    }

    @Test
    void itemsOfATypedListHaveItsKind() {
        Manifest item = only("apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: shop}\n  spec: {a: 1}\n");
        assertThat(item.apiVersion() + " " + item.kind() + " " + item.name()).isEqualTo("v1 Service shop");
        assertThat(item.position("spec.a")).isEqualTo(new Position(5, 10));
        assertThat(item.position("kind").line()).isEqualTo(4);
    }

    @Test
    void whatIsNoObjectIsSkippedAndCounted() {
        ManifestFiles files =
                read("apiVersion: v2\nname: chart\n---\n- op: add\n---\ntext\n---\n# nothing\n---\n" + SERVICE);
        assertThat(files.skipped()).isEqualTo(3);
        assertThat(files.manifests()).hasSize(1);
        assertThat(read("{}").skipped()).isOne();
        assertThat(read("").skipped()).isZero();
    }

    @Test
    void theDocumentsAfterABadOneAreRead() {
        ManifestFiles files = read(SERVICE + "---\na: b: c\n---\n" + SERVICE + "---\n\ttab: x\n---\n" + SERVICE);
        assertThat(files.manifests()).extracting(Manifest::line).containsExactly(1, 8, 15);
        assertThat(files.unreadable())
                .extracting(UnreadableDocument::toString)
                .containsExactly(
                        "-:6: a second \": \" on a line, or a wrong indentation (expected: valid YAML)",
                        "-:13: a tab where YAML allows only spaces (expected: valid YAML)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:\n\t- b",
                "a: [1,\nb: }",
                "a: 'b\nc: d",
                "a: {{ .Values.x }}",
                "{{- if x }}\na: b\n{{- end }}",
                "a: @b",
                "a: %b",
                "a: b\n  c: d\n e: f",
                "a: 1\na: 2",
                "? [a]\n: b",
                "a: \"\\q\"",
                "%FOO\n---\na: b",
                "a: |x\n b",
                "- a\nb: c",
                "!<x y> a",
                "a: !foo!bar b",
                "{\"a\": 1, \"a\": 2}",
                "{\"a\": ",
                "a: \u0000",
                "*a : b",
                "&a"
            })
    void problemsAreInPlainWords(String content) {
        for (UnreadableDocument unreadable : read(content).unreadable()) {
            assertThat(unreadable.toString())
                    .matches("-:\\d+: .* \\(expected: .*\\)")
                    .doesNotContain("Exception", "token", "block mapping", "com.", "org.", "Event", "code point");
        }
    }

    @Test
    void aTemplateIsCalledOne() {
        assertThat(problem(SERVICE + "spec:\n  {{- toYaml .Values.spec | nindent 2 }}\n"))
                .startsWith("-:6: a template with {{ }} (expected: rendered manifests");
        assertThat(problem("{{- if .Values.on }}\n" + SERVICE + "{{- end }}\n")).contains("a template with {{ }}");
    }

    @Test
    void windowsFilesAreRead() {
        for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
            byte[] content = ("\uFEFF" + SERVICE.replace("\n", "\r\n") + "spec: {a: \u00e9}\r\n").getBytes(charset);
            ManifestFiles files = read(content);
            assertThat(files.unreadable()).as(charset.name()).isEmpty();
            assertThat(files.manifests().getFirst().object().at("/spec/a").textValue())
                    .isEqualTo("\u00e9");
            assertThat(files.manifests().getFirst().position("spec.a")).isEqualTo(new Position(5, 8));
        }
    }

    @Test
    void whatIsNoTextIsRefusedWithItsLine() {
        assertThat(problem("a: b\nc: \u0007\n"))
                .isEqualTo("-:2: the character U+0007 (expected: a text file in UTF-8)");
        assertThat(read(new byte[] {'a', '\n', (byte) 0xC3, 'b'}).unreadable())
                .extracting(UnreadableDocument::toString)
                .containsExactly("-:2: a byte that is not UTF-8 (expected: a text file in UTF-8)");
        assertThat(problem("a\0b\0")).contains("the character U+0000");
    }

    @Test
    void directoriesAreReadInOrderAndWhatCannotBeReadIsSaid() throws Exception {
        Files.createDirectories(directory.resolve("sub/.git"));
        Files.createDirectories(directory.resolve("..data"));
        Files.writeString(directory.resolve("sub/.git/x.yaml"), SERVICE);
        Files.writeString(directory.resolve("..data/x.yaml"), SERVICE);
        Files.writeString(directory.resolve("sub/b.yml"), SERVICE.replace("shop", "b"));
        Files.writeString(
                directory.resolve("a.json"),
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"}}");
        Files.writeString(directory.resolve("notes.txt"), "\t");
        Files.createSymbolicLink(directory.resolve("gone.yaml"), directory.resolve("nowhere"));
        Files.createSymbolicLink(directory.resolve("sub/loop"), directory);
        ManifestFiles files = new ManifestReader(InputStream.nullInputStream()).readAll(List.of(directory));
        assertThat(files.manifests()).extracting(Manifest::name).containsExactly("a", "b");
        assertThat(files.unreadable())
                .extracting(UnreadableDocument::file)
                .containsExactly(directory.resolve("gone.yaml").toString());
    }

    @Test
    void yamlMayBeginWithABrace() {
        assertThat(only("{apiVersion: v1, kind: Service, metadata: {name: shop}}")
                        .name())
                .isEqualTo("shop");
    }

    private List<String> unreadableIn(String name, String content) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        ManifestFiles files = new ManifestReader(InputStream.nullInputStream()).readAll(List.of(directory));
        assertThat(files.unreadable().size()
                        + files.skipped()
                        + files.manifests().size())
                .as("nothing is lost")
                .isEqualTo((int) Stream.of(content.split("(?m)^---\n"))
                        .filter(text -> !text.isEmpty())
                        .count());
        Files.delete(file);
        return files.unreadable().stream().map(UnreadableDocument::problem).toList();
    }

    @Test
    void inDirectoriesWhatIsNeitherYamlNorAnObjectIsSkipped() throws Exception {
        assertThat(unreadableIn("tsconfig.json", "{\n  // a comment\n  \"a\": 1,\n}"))
                .isEmpty();
        assertThat(unreadableIn(".travis.yml", "go: 1\ngo: 2\n")).isEmpty();
        assertThat(unreadableIn("several.yaml", "a: b: c\n---\n" + SERVICE + "---\na: 'b\n"))
                .isEmpty();
        assertThat(unreadableIn("object.json", "{\n  // a comment\n  \"kind\": \"Service\"\n}"))
                .hasSize(1);
        assertThat(unreadableIn("object.yaml", SERVICE + "spec: a: b\n---\na: b: c\n"))
                .hasSize(1);
        assertThat(unreadableIn("escaped.yaml", "\"\\x6bind\": Service\nspec: a: b\n"))
                .hasSize(1);
        assertThat(unreadableIn("templates/all.yaml", "{{- include \"all\" . }}\n"))
                .hasSize(1);
    }

    @Test
    void aTemplateIsToldWithItsChart() throws Exception {
        Path chart = Files.createDirectories(directory.resolve("shop/charts/base"));
        Files.writeString(chart.resolve("Chart.yaml"), "name: base\n");
        Path template = Files.createDirectories(chart.resolve("templates")).resolve("service.yaml");
        Files.writeString(template, SERVICE + "spec:\n  {{- toYaml .Values.spec | nindent 2 }}\n");
        assertThat(templateProblem(template)).contains("`helm template " + chart + " | marchwarden check -f -`");
        Files.writeString(directory.resolve("shop/Chart.yaml"), "name: shop\n");
        assertThat(templateProblem(template)).contains("`helm template " + directory.resolve("shop") + " |");
        Files.delete(chart.resolve("Chart.yaml"));
        Files.delete(directory.resolve("shop/Chart.yaml"));
        assertThat(templateProblem(template)).contains("`helm template CHART |");
    }

    private static String templateProblem(Path file) {
        return new ManifestReader(InputStream.nullInputStream())
                .readAll(List.of(file))
                .unreadable()
                .getFirst()
                .problem();
    }

    @Test
    void aPatchThatDeletesIsNoObject() {
        assertThat(read(SERVICE + "$patch: delete\n").skipped()).isOne();
    }
}
