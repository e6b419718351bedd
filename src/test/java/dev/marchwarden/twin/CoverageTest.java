package dev.marchwarden.twin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.rulebook.RuleBook;
import dev.marchwarden.rulebook.TwinCoverage;
import dev.marchwarden.rulebook.TwinCoverage.Extent;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.GoldenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/cel-twin.md says of each rule. */
class CoverageTest {
    private static final Path PAGE = Path.of("docs/cel-twin.md");
    private static final Path TENANCY = Path.of("test-fixtures/admission-reviews/tenancy.yaml");

    private static String table() {
        return Arrays.stream(RuleName.values())
                .map(rule -> {
                    TwinCoverage coverage = RuleBook.page(rule).twin();
                    String twin = coverage.extent() == Extent.NONE
                            ? ""
                            : coverage.extent().name().toLowerCase(Locale.ROOT);
                    return "| [`%s`](rules.md#%s) | whole | %s | %s |"
                            .formatted(rule, rule, twin, coverage.onlyByTheWebhook());
                })
                .collect(Collectors.joining(
                        "\n", "| rule | webhook | twin | only by the webhook |\n|---|---|---|---|\n", "\n"));
    }

    @Test
    void thePageHasTheTable() throws Exception {
        String page = Files.readString(PAGE);
        int start = page.indexOf('\n', page.indexOf("<!-- coverage")) + 1;
        int end = page.indexOf("<!-- end of coverage");
        GoldenFile.holds(PAGE, page.substring(0, start) + table() + page.substring(end));
    }

    /** A rule is covered where there is a validation for it. */
    @Test
    void thereAreValidationsForWhatIsCovered() throws Exception {
        assertThat(new CelTwin(TenancyFile.read(TENANCY))
                        .objects().stream()
                                .flatMap(
                                        object -> object.at("/spec/validations").valueStream())
                                .map(CoverageTest::rule)
                                .distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RuleName.values())
                        .filter(rule -> RuleBook.page(rule).twin().extent() != Extent.NONE)
                        .toList());
    }

    private static RuleName rule(JsonNode validation) {
        String message = validation.path("message").asText();
        return RuleName.named(message.substring(0, message.indexOf(' '))).orElseThrow();
    }

    @Test
    void eachRuleThatIsNotWhollyCoveredSaysWhatIsLeftOut() {
        assertThat(RuleName.values())
                .filteredOn(rule -> RuleBook.page(rule).twin().extent() != Extent.WHOLE)
                .allSatisfy(rule -> assertThat(RuleBook.page(rule).twin().onlyByTheWebhook())
                        .isNotEmpty());
    }
}
