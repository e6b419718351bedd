package dev.marchwarden.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.model.Border;
import dev.marchwarden.model.RandomReviews;
import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.NamespaceTable;
import dev.marchwarden.policy.OtherRules;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The twin says of a write of a namespace what the webhook says, as far as it goes: by the same rules, at the same level, in the same words. */
class NamespaceTwinTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path REVIEWS = Path.of("test-fixtures/reviews");

    /** The model's tenancy, and what else a file can say of its usergroups. */
    private static final Map<String, String> TENANCIES = new TreeMap<>(Map.of(
            "as the model has it", "",
            "all levels", """
              enforcement:
                default: deny
                rules: {revision-mismatch: audit, system-namespace: warn, ambient-mode: "off"}
                usergroups:
                  usergroup-1: {default: warn, rules: {membership-not-permitted: deny, system-namespace: deny}}
                  usergroup-2: {rules: {unknown-revision: audit, injection-label: "off", protected-namespace: warn}}
            """,
            "one usergroup on its way in", """
              enforcement:
                default: warn
                usergroups:
                  usergroup-2: {default: deny}
            """,
            "exemptions", """
              exemptions: {users: [bob], groups: [team-1]}
            """));

    static Stream<String> tenancies() {
        return TENANCIES.keySet().stream();
    }

    private static Tenancy tenancy(String title) throws Exception {
        return TenancyFile.parse(
                "model", (Border.TENANCY + Objects.requireNonNull(TENANCIES.get(title))).getBytes(UTF_8));
    }

    /** Some rights are granted, and to the same author always the same. */
    private static boolean isGranted(User user, Requirement requirement) {
        return (user.name() + requirement).hashCode() % 3 == 0;
    }

    private static List<String> differences(NamespaceComparison comparison, long seed, int count) throws Exception {
        List<String> differences = new ArrayList<>();
        String label = "usergroup";
        RandomReviews.judge(seed, count, (review, namespaces) -> {
            if (differences.size() < 3) {
                comparison
                        .difference(
                                review.bytes(), new NamespaceSnapshot(namespaces, label), NamespaceTwinTest::isGranted)
                        .ifPresent(differences::add);
            }
        });
        return differences;
    }

    @ParameterizedTest
    @MethodSource("tenancies")
    void saysTheSameOfAnyWrite(String title) throws Exception {
        NamespaceComparison comparison = NamespaceComparison.of(tenancy(title));
        long start = System.nanoTime();
        assertThat(differences(comparison, RandomReviews.SEED, RandomReviews.COUNT))
                .isEmpty();
        System.out.printf(
                "twin beside policy, tenancy %s, seed %d: %d random writes of namespaces, %d denied, %d s%n",
                title,
                RandomReviews.SEED,
                RandomReviews.COUNT,
                comparison.denials().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum(),
                (System.nanoTime() - start) / 1_000_000_000);
        assertThat(comparison.reviews()).isEqualTo(RandomReviews.COUNT);
        assertThat(comparison.denials()).isNotEmpty();
    }

    @Test
    void eachRuleDenies() throws Exception {
        NamespaceComparison comparison = NamespaceComparison.of(tenancy("as the model has it"));
        assertThat(differences(comparison, 7, 5_000)).isEmpty();
        assertThat(comparison.denials().keySet())
                .containsExactlyInAnyOrderElementsOf(NamespaceRules.ALL.stream()
                        .map(rule -> rule.name().spelling())
                        .toList());
    }

    static Stream<RuleName> rules() {
        return NamespaceRules.ALL.stream().map(rule -> rule.name());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRuleThatOnlyTheTwinHasIsFound(RuleName rule) throws Exception {
        Tenancy tenancy = tenancy("as the model has it");
        NamespaceComparison comparison = new NamespaceComparison(
                OtherRules.without(rule, tenancy), CelPolicy.of(new CelTwin(tenancy).objects()));
        assertThat(differences(comparison, 7, 5_000)).isNotEmpty();
    }

    /** Takes a validation away, and then makes one forget what was wrong before. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
    void aValidationThatTheTwinLacksIsFound(int index) throws Exception {
        Tenancy tenancy = tenancy("as the model has it");
        List<JsonNode> objects = new CelTwin(tenancy).objects();
        assertThat(objects.getFirst().at("/spec/validations")).hasSize(15);
        ((ObjectNode) objects.getFirst().at("/spec/validations/" + index)).put("expression", "true");
        NamespaceComparison comparison = new NamespaceComparison(new Policy(tenancy), CelPolicy.of(objects));
        assertThat(differences(comparison, 7, 20_000)).isNotEmpty();
    }

    @Test
    void aTwinThatDeniesOldMistakesIsFound() throws Exception {
        Tenancy tenancy = tenancy("as the model has it");
        List<JsonNode> objects = new CelTwin(tenancy).objects();
        for (JsonNode variable : objects.getFirst().at("/spec/variables")) {
            if (variable.path("name").asText().equals("oldRevision")) {
                ((ObjectNode) variable).put("expression", "dyn(null)");
            }
        }
        NamespaceComparison comparison = new NamespaceComparison(new Policy(tenancy), CelPolicy.of(objects));
        assertThat(differences(comparison, 7, 5_000)).isNotEmpty();
    }

    @Test
    void saysTheSameOfRecordedReviews() throws Exception {
        NamespaceComparison comparison = NamespaceComparison.of(TenancyFile.read(RecordedReview.TENANCY));
        for (RecordedReview review : RecordedReview.all()) {
            if (isOfNamespace(review.body())) {
                assertThat(comparison.difference(
                                review.body(), namespaces(RecordedReview.NAMESPACES), (user, requirement) -> false))
                        .as(review.file())
                        .isEmpty();
            }
        }
        assertThat(comparison.reviews()).isGreaterThan(20);
        assertThat(comparison.denials()).hasSizeGreaterThan(4);
    }

    @Test
    void saysTheSameOfGoldenReviews() throws Exception {
        int reviews = 0;
        try (Stream<Path> files = Files.walk(REVIEWS)) {
            for (Path file :
                    files.filter(file -> file.endsWith("request.json")).sorted().toList()) {
                byte[] body = Files.readAllBytes(file);
                if (!file.startsWith(REVIEWS.resolve("malformed")) && isOfNamespace(body)) {
                    NamespaceComparison comparison =
                            NamespaceComparison.of(TenancyFile.read(nearest("tenancy.yaml", file)));
                    assertThat(comparison.difference(
                                    body, namespaces(nearest("namespaces.yaml", file)), (user, requirement) -> false))
                            .as(file.toString())
                            .isEmpty();
                    reviews += comparison.reviews();
                }
            }
        }
        assertThat(reviews).isGreaterThan(60);
    }

    /** With the rights that the tables grant. */
    @Test
    void saysTheSameOfTheTablesOfRules() throws Exception {
        int rows = 0;
        try (Stream<Path> files = Files.list(NamespaceTable.ROOT.resolve("namespaces"))) {
            for (Path file : files.sorted().toList()) {
                Map<Policy, NamespaceComparison> comparisons = new HashMap<>();
                for (NamespaceTable.Row row : NamespaceTable.rows(file)) {
                    NamespaceComparison comparison = comparisons.computeIfAbsent(
                            row.policy(), policy -> NamespaceComparison.of(policy.tenancy()));
                    assertThat(comparison.difference(
                                    review(row.change()).bytes(),
                                    row.cluster(),
                                    (user, requirement) -> row.granted().contains(requirement)))
                            .as(row.toString())
                            .isEmpty();
                }
                rows += comparisons.values().stream()
                        .mapToInt(NamespaceComparison::reviews)
                        .sum();
            }
        }
        assertThat(rows).isGreaterThan(150);
    }

    private static NamespaceReview review(NamespaceChange change) {
        return new NamespaceReview(
                "uid",
                change.operation().name(),
                change.subresource(),
                change.name(),
                change.user(),
                object(change.after()),
                object(change.before()));
    }

    private static @Nullable ObjectNode object(@Nullable NamespaceState state) {
        return state == null ? null : NamespaceReview.namespace(state.name(), state.labels(), state.terminating());
    }

    private static boolean isOfNamespace(byte[] review) throws Exception {
        JsonNode kind = JSON.readTree(review).at("/request/kind");
        return kind.path("kind").asText().equals("Namespace")
                && kind.path("group").asText().isEmpty();
    }

    private static NamespaceSnapshot namespaces(Path file) throws Exception {
        return NamespaceSnapshot.of(new ManifestReader(InputStream.nullInputStream()).read(List.of(file)), "usergroup");
    }

    private static Path nearest(String name, Path file) {
        Path directory = Objects.requireNonNull(file.getParent());
        return Stream.of(directory, directory.resolve(".."), RecordedReview.DIRECTORY)
                .map(place -> place.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
