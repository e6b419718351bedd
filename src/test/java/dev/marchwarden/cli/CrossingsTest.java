package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.config.ConfigRules;
import dev.marchwarden.tools.Crossing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests of test-fixtures/crossings: each breaks the one rule of its line in the table, and its twin none. */
class CrossingsTest {
    private static final Path DIRECTORY = Path.of("test-fixtures/crossings");
    private static final Path MANIFESTS = DIRECTORY.resolve("manifests");
    private static final Path CLEAN = DIRECTORY.resolve("clean");

    private static JsonNode check(Path directory, int exitCode) throws IOException {
        Invocation check = Invocation.of(
                "check",
                "--config",
                DIRECTORY.resolve("tenancy.yaml"),
                "--namespaces",
                DIRECTORY.resolve("namespaces.yaml"),
                "-o",
                "json",
                "-f",
                directory);
        assertThat(check.exitCode()).as(check.err() + check.out()).isEqualTo(exitCode);
        return new ObjectMapper().readTree(check.out());
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void eachBreaksTheRuleOfItsLineAndNoOther() throws Exception {
        JsonNode report = check(MANIFESTS, ExitCode.FOUND);
        assertThat(report.path("violations").valueStream())
                .extracting(violation -> new Crossing(
                        MANIFESTS
                                .relativize(Path.of(violation.path("file").asText()))
                                .toString(),
                        violation.path("rule").asText(),
                        violation.path("path").asText()))
                .containsExactlyInAnyOrderElementsOf(Crossing.table());
        assertThat(report.path("violations").valueStream())
                .allSatisfy(
                        violation -> assertThat(violation.path("fix").asText()).isNotBlank());
    }

    @Test
    void theTwinsPassWithoutAWord() throws Exception {
        assertThat(files(CLEAN)).isEqualTo(files(MANIFESTS)).hasSizeGreaterThan(30);
        assertThat(check(CLEAN, ExitCode.OK).path("violations")).isEmpty();
    }

    @Test
    void everyConfigurationRuleIsBroken() throws Exception {
        assertThat(Crossing.table())
                .extracting(Crossing::rule)
                .containsAll(ConfigRules.ALL.stream()
                        .map(ObjectRule::name)
                        .map(Object::toString)
                        .toList());
    }
}
