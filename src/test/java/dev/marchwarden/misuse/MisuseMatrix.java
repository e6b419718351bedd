package dev.marchwarden.misuse;

import dev.marchwarden.policy.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The matrix of test-fixtures/misuse. */
public final class MisuseMatrix {
    public static final Path DIRECTORY = Path.of("test-fixtures", "misuse");

    private MisuseMatrix() {}

    public static List<Row> rows() throws IOException {
        List<List<String>> lines = table("matrix.csv");
        return lines.stream()
                .skip(1)
                .map(line -> Row.of(lines.getFirst(), line))
                .toList();
    }

    /** By the names of the matrix's columns. */
    public static Map<String, User> users() throws IOException {
        Map<String, User> users = new LinkedHashMap<>();
        for (List<String> line : table("users.csv")) {
            users.put(line.get(0), new User(line.get(1), Row.words(line.get(2))));
        }
        return users;
    }

    private static List<List<String>> table(String file) throws IOException {
        return Files.readAllLines(DIRECTORY.resolve(file)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
    }
}
