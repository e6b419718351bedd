package dev.marchwarden.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of CONTRIBUTING.md: each file that it lists names the example, and no other file of the code, the chart, the pages and the fixtures does. */
class ContributingTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Names of classes, perhaps with an asterisk. */
    private static final Pattern TEST = Pattern.compile("(?<![\\w*])[A-Z*][\\w*]*(Test|IT)\\b");

    /** Objects as an API server sent them, whose fields have the names of chart values, and what commands printed. */
    private static final List<Path> RECORDED =
            List.of(Path.of("test-fixtures/admission-reviews"), Path.of("docs/guide-transcript.md"));

    /** Of a change that is declared in one place. */
    private static final int MOST_FILES = 6;

    record Change(String what, Pattern names, List<String> files) {
        boolean isNamedIn(String text) {
            return names.matcher(text).find();
        }

        boolean lists(Path file) {
            return files.stream().anyMatch(file::startsWith);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Change> changes() throws IOException {
        List<Change> changes = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("CONTRIBUTING.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6 && CODE.matcher(cells[3]).find()) {
                List<String> files = code(cells[3] + cells[4]).stream()
                        .map(ContributingTest::path)
                        .toList();
                changes.add(new Change(cells[1].strip(), names(code(cells[2])), files));
            }
        }
        assertThat(changes).hasSize(7);
        return changes;
    }

    private static String path(String file) {
        return file.replaceFirst("^M/", "src/main/java/dev/marchwarden/")
                .replaceFirst("^R/", "src/main/resources/dev/marchwarden/")
                .replaceFirst("^F/", "test-fixtures/");
    }

    /** Whole words: each example as a name in text, of a class, and of a constant. */
    private static Pattern names(List<String> examples) {
        return Pattern.compile(examples.stream()
                .flatMap(example -> Stream.of(
                        example,
                        Arrays.stream(example.split("-"))
                                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                                .collect(Collectors.joining()),
                        example.replace('-', '_').toUpperCase(Locale.ROOT)))
                .map(Pattern::quote)
                .collect(Collectors.joining("|", "\\b(", ")\\b")));
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(match -> match.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachFileOfTheListNamesTheExample(Change change) throws IOException {
        for (String file : change.files()) {
            assertThat(files(Path.of(file))).as(file).anyMatch(each -> isNamed(change, each));
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void noOtherFileNeedsToChange(Change change) throws IOException {
        List<Path> others = new ArrayList<>();
        for (String root : List.of("src/main", "charts", "docs", "test-fixtures")) {
            files(Path.of(root)).stream()
                    .filter(file -> RECORDED.stream().noneMatch(file::startsWith))
                    .filter(file -> isNamed(change, file) && !change.lists(file))
                    .forEach(others::add);
        }
        assertThat(others)
                .as("files that name the example and are not listed in CONTRIBUTING.md")
                .isEmpty();
    }

    /** What is declared once: a rule by what is written by hand, up to the cases that not every rule needs; a step with all that is generated. */
    @Test
    void aRuleAndAStepTouchFewFiles() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("CONTRIBUTING.md"));
        for (String begin : List.of("| a rule about namespaces |", "| a rule about other objects |")) {
            String row = lines.stream()
                    .filter(line -> line.startsWith(begin))
                    .findFirst()
                    .orElseThrow();
            String always = row.split("\\|", -1)[3].split(";", -1)[0];
            assertThat(code(always)).as(begin).hasSizeLessThanOrEqualTo(MOST_FILES);
        }
        Change step = changes().stream()
                .filter(change -> change.what().equals("a step of `bootstrap`"))
                .findFirst()
                .orElseThrow();
        assertThat(step.files())
                .hasSizeLessThanOrEqualTo(MOST_FILES)
                .allSatisfy(file -> assertThat(Path.of(file)).isRegularFile());
    }

    /** In the text around the table too; of a pattern, the directory that it begins with. */
    @Test
    void everyFileThatIsNamedExists() throws IOException {
        List<Path> named = Files.readAllLines(Path.of("CONTRIBUTING.md")).stream()
                .flatMap(line -> code(line).stream())
                .filter(code -> code.matches("(M|R|F|src|charts|docs|test-fixtures)/\\S+"))
                .map(code -> Path.of(path(code).replaceFirst("/[^/]*[*<].*", "")))
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(40)
                .allSatisfy(file -> assertThat(file).exists());
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> tests = files(Path.of("src/test/java")).stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
        List<String> named = TEST.matcher(Files.readString(Path.of("CONTRIBUTING.md")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(tests).anyMatch(test -> test.matches(name.replace("*", ".*"))));
    }

    private static boolean isNamed(Change change, Path file) {
        try {
            // Some fixtures are not valid UTF-8; the names are ASCII.
            return change.isNamedIn(file + "\n" + Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        assertThat(root).exists();
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
