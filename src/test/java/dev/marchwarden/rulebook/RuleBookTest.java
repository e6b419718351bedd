package dev.marchwarden.rulebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.rulebook.RulePage.Example;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The book says what the rules do, for its examples are played, and what docs/rules.md says is the book. */
class RuleBookTest {
    private static final Path FIXTURES = Path.of("test-fixtures/admission-reviews");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    static Stream<RulePage> pages() {
        return RuleBook.pages().stream();
    }

    @Test
    void everyRuleHasItsPageAndNoOtherHas() {
        assertThat(RuleBook.pages().stream().map(RulePage::rule)).containsExactly(RuleName.values());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void exampleThatBreaksThisRuleBreaksNoOther(RulePage page) throws Exception {
        Outcome outcome = play(page.breaks());
        assertThat(outcome.verdict()).isEqualTo(page.warns() ? Verdict.WARNED : Verdict.DENIED);
        assertThat(outcome.findings().findings())
                .extracting(finding -> finding.violation().rule())
                .containsOnly(page.rule());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void passingExamplePassesWithoutAWord(RulePage page) throws Exception {
        Outcome outcome = play(page.passes());
        assertThat(outcome.verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(outcome.findings().findings()).isEmpty();
    }

    @Test
    void docsRulesIsTheBook() throws Exception {
        assertThat(Files.readString(Path.of("docs/rules.md")))
                .as("docs/rules.md is old; `bin/marchwarden explain --markdown > docs/rules.md` makes it anew")
                .isEqualTo(RuleBook.markdown());
    }

    private static Outcome play(Example example) throws Exception {
        Policy policy = new Policy(TenancyFile.read(FIXTURES.resolve("tenancy.yaml")));
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream()).read(List.of(FIXTURES.resolve("namespaces.yaml"))),
                policy.tenancy().usergroupLabel());
        return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY)
                .decide(Webhook.VALIDATE, JSON.writeValueAsBytes(review(example)))
                .toCompletableFuture()
                .join();
    }

    private static ObjectNode review(Example example) throws Exception {
        JsonNode after = YAML.readTree(example.after());
        String apiVersion = after.path("apiVersion").asText();
        String kind = after.path("kind").asText();
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        String name = after.at("/metadata/name").asText();
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", "example");
        request.putObject("kind")
                .put("group", group)
                .put("version", apiVersion.substring(apiVersion.indexOf('/') + 1))
                .put("kind", kind);
        request.putObject("resource").put("group", group).put("resource", kind.toLowerCase(Locale.ROOT) + "s");
        request.put("name", name)
                .put(
                        "namespace",
                        kind.equals("Namespace")
                                ? name
                                : after.at("/metadata/namespace").asText());
        request.put("operation", example.before() == null ? "CREATE" : "UPDATE");
        request.putObject("userInfo")
                .put("username", example.author().user())
                .set("groups", JSON.valueToTree(example.author().groups()));
        request.set("object", after);
        request.set("oldObject", example.before() == null ? null : YAML.readTree(example.before()));
        return review;
    }
}
