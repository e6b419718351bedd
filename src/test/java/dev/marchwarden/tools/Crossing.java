package dev.marchwarden.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A line of test-fixtures/crossings/expected.table.
 *
 * @param file of the object, among the manifests
 * @param rule that it breaks
 * @param path where
 */
public record Crossing(String file, String rule, String path) {
    private static final Path TABLE =
            Path.of("test-fixtures", "crossings", "expected.table").toAbsolutePath();

    public static List<Crossing> table() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("\\s+", 3))
                .map(cells -> new Crossing(cells[0], cells[1], cells[2]))
                .toList();
    }
}
