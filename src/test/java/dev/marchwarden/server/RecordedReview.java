package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A review that a real API server sent, and what must become of it, as the table of test-fixtures/admission-reviews/README.md has it.
 *
 * @param file below the directory of the reviews
 * @param afterMutate what must become of it once it has been through {@code /mutate}, or null where the table does not say
 */
public record RecordedReview(
        String file, Expectation validate, @Nullable Expectation afterMutate) {
    public static final Path DIRECTORY = Path.of("test-fixtures", "admission-reviews");
    public static final Path TENANCY = DIRECTORY.resolve("tenancy.yaml");
    public static final Path NAMESPACES = DIRECTORY.resolve("namespaces.yaml");

    private static final Pattern AFTER_MUTATE = Pattern.compile("\\(after /mutate: ([^)]*)\\)");

    /**
     * A verdict of the table.
     *
     * @param decision allowed, denied or warned
     * @param rules the rules that lead to it
     */
    public record Expectation(String decision, Set<String> rules) {}

    /** All of the table, in its order. */
    public static List<RecordedReview> all() {
        try {
            return Files.readAllLines(DIRECTORY.resolve("README.md"), UTF_8).stream()
                    .map(line -> Arrays.stream(line.split("\\|", -1))
                            .map(String::strip)
                            .toList())
                    .filter(cells -> cells.size() == 7 && cells.get(1).endsWith(".json"))
                    .map(RecordedReview::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedReview of(List<String> cells) {
        String rules = cells.get(5);
        Matcher after = AFTER_MUTATE.matcher(rules);
        Expectation afterMutate = null;
        if (after.find()) {
            String said = String.valueOf(after.group(1));
            afterMutate = said.equals("allowed")
                    ? new Expectation("allowed", Set.of())
                    : new Expectation("denied", rules(said));
        }
        return new RecordedReview(cells.get(1), new Expectation(cells.get(4), rules(rules)), afterMutate);
    }

    /** Without the remarks in parentheses. */
    private static Set<String> rules(String cell) {
        return Arrays.stream(cell.replaceAll("\\(.*\\)", "").split(",", -1))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public Path path() {
        return DIRECTORY.resolve(file);
    }

    public byte[] body() {
        try {
            return Files.readAllBytes(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return file;
    }
}
