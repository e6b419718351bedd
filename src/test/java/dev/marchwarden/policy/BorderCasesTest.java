package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The manifests and reviews of {@code test-fixtures/policy/border}, each by the verdict of its table and in every served version. */
class BorderCasesTest {
    private static final Path ROOT = Path.of("test-fixtures/policy/border");
    private static final YAMLMapper YAML = new YAMLMapper();
    /** Of every usergroup, and a mesh admin of none. */
    private static final User OWNER = new User("owner", List.of("team-1", "team-2", "team-3", "team-4"));

    private static Policy policy;
    private static Namespaces namespaces;

    private record Case(Path file, String verdict, Set<String> rules) {}

    @BeforeAll
    static void cluster() throws Exception {
        policy = new Policy(TenancyFile.read(ROOT.resolve("tenancy.yaml")));
        Map<String, NamespaceState> states = new HashMap<>();
        try (var documents = YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(ROOT.resolve("namespaces.yaml").toFile())) {
            while (documents.hasNext()) {
                JsonNode metadata = documents.next().path("metadata");
                Map<String, String> labels = new HashMap<>();
                metadata.path("labels")
                        .properties()
                        .forEach(label ->
                                labels.put(label.getKey(), label.getValue().asText()));
                String name = metadata.path("name").asText();
                states.put(name, new NamespaceState(name, labels, false));
            }
        }
        namespaces = new NamespaceTable.Cluster(states, "usergroup");
    }

    private static List<Case> cases() throws IOException {
        return Files.readAllLines(ROOT.resolve("expected.table")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Case(
                        ROOT.resolve(cells[0].strip()),
                        cells[1].strip(),
                        Arrays.stream(cells[2].strip().split(" "))
                                .filter(rule -> !rule.isEmpty())
                                .collect(Collectors.toSet())))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> isDecidedAsTheTableSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Case one : cases()) {
            if (one.file.toString().endsWith(".json")) {
                tests.add(DynamicTest.dynamicTest(
                        one.file.getFileName().toString(), () -> holds(one, Files.readAllBytes(one.file))));
                continue;
            }
            ObjectNode object = (ObjectNode) YAML.readTree(one.file.toFile());
            String apiVersion = object.path("apiVersion").asText();
            String prefix = apiVersion.substring(0, apiVersion.indexOf('/') + 1);
            KindTable kind = Objects.requireNonNull(ReachTable.shipped()
                    .find(prefix.replace("/", ""), object.path("kind").asText()));
            for (String version : new TreeSet<>(kind.versions())) {
                ObjectNode versioned = object.deepCopy().put("apiVersion", prefix + version);
                tests.add(DynamicTest.dynamicTest(
                        one.file.getFileName() + " " + version,
                        () -> holds(one, ObjectReview.of(null, versioned, OWNER).bytes())));
            }
        }
        return tests.stream();
    }

    private static void holds(Case one, byte[] review) {
        Outcome outcome = ObjectReview.decide(review, policy, namespaces, Rights.TENANCY_ONLY);
        assertThat(outcome.problem()).isNull();
        assertThat(outcome.verdict()).hasToString(one.verdict);
        List<String> rules = outcome.findings().findings().stream()
                .filter(finding -> finding.denies() || !one.verdict.equals("DENIED"))
                .map(finding -> finding.violation().rule().spelling())
                .toList();
        assertThat(Set.copyOf(rules)).isEqualTo(one.rules);
    }

    @Test
    void everyFileHasALineAndNoHarmlessOneIsDenied() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 2)) {
            assertThat(cases())
                    .extracting(Case::file)
                    .containsExactlyInAnyOrderElementsOf(
                            files.filter(file -> isCase(file.getParent())).toList());
        }
        assertThat(cases())
                .filteredOn(one -> one.file.startsWith(ROOT.resolve("clean")))
                .allSatisfy(one -> assertThat(one.verdict).isNotEqualTo("DENIED"));
    }

    private static boolean isCase(@Nullable Path directory) {
        return directory != null && ROOT.equals(directory.getParent());
    }
}
