package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of test-fixtures/check: what `check` finds in their manifests, and where. A case is a directory with {@code tenancy.yaml}, {@code
 * manifests}, {@code expected.txt} and perhaps {@code namespaces.yaml} and {@code arguments}. {@code MARCHWARDEN_GOLDEN=write} writes what is expected
 * anew.
 */
class CheckGoldenTest {
    private static final Path CASES = Path.of("test-fixtures/check");

    static List<Path> cases() throws IOException {
        try (Stream<Path> directories = Files.list(CASES)) {
            return directories.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void printsWhatIsExpected(Path directory) throws IOException {
        List<Object> arguments =
                new ArrayList<>(List.of("check", "-o", "json", "--config", directory.resolve("tenancy.yaml")));
        if (Files.exists(directory.resolve("namespaces.yaml"))) {
            arguments.addAll(List.of("--namespaces", directory.resolve("namespaces.yaml")));
        }
        if (Files.exists(directory.resolve("arguments"))) {
            arguments.addAll(Arrays.asList(
                    Files.readString(directory.resolve("arguments")).strip().split("\\s+")));
        }
        arguments.add(directory.resolve("manifests"));
        Invocation check = Invocation.of(arguments.toArray());
        String actual =
                lines(new ObjectMapper().readTree(check.out()), directory) + "exit code " + check.exitCode() + "\n";
        GoldenFile.holds(directory.resolve("expected.txt"), actual);
    }

    private static String lines(JsonNode report, Path directory) {
        StringBuilder lines = new StringBuilder();
        report.path("violations")
                .forEach(violation -> lines.append("%s %s %s:%d:%d %s%n"
                        .formatted(
                                violation.path("enforcement").asText(),
                                violation.path("rule").asText(),
                                directory.relativize(
                                        Path.of(violation.path("file").asText())),
                                violation.path("line").asInt(),
                                violation.path("column").asInt(),
                                violation.path("path").asText())));
        report.path("errors")
                .forEach(error -> lines.append("error %s:%d %s%n"
                        .formatted(
                                directory.relativize(Path.of(error.path("file").asText())),
                                error.path("line").asInt(),
                                error.path("message").asText())));
        return lines + report.path("summary").toString() + "\n";
    }
}
