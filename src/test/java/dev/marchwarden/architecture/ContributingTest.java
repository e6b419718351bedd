package dev.marchwarden.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of CONTRIBUTING.md: each file that it lists names the example, and of the code no other file does. */
class ContributingTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    record Change(String what, String example, List<String> files) {
        /** As a name in text, of a class, and of a constant. */
        boolean isNamedIn(String text) {
            String type = Arrays.stream(example.split("-"))
                    .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                    .collect(Collectors.joining());
            return Stream.of(example, type, example.replace('-', '_').toUpperCase(Locale.ROOT))
                    .anyMatch(text::contains);
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
                        .map(file -> file.replaceFirst("^M/", "src/main/java/dev/marchwarden/")
                                .replaceFirst("^R/", "src/main/resources/dev/marchwarden/")
                                .replaceFirst("^F/", "test-fixtures/"))
                        .toList();
                changes.add(new Change(cells[1].strip(), code(cells[2]).getFirst(), files));
            }
        }
        assertThat(changes).hasSize(6);
        return changes;
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
    void noOtherFileOfTheCodeNeedsToChange(Change change) throws IOException {
        List<String> named = files(Path.of("src/main/java")).stream()
                .filter(file -> isNamed(change, file))
                .map(Path::toString)
                .filter(file -> change.files().stream().noneMatch(file::startsWith))
                .toList();
        assertThat(named).isEmpty();
    }

    private static boolean isNamed(Change change, Path file) {
        try {
            return change.isNamedIn(file + "\n" + Files.readString(file));
        } catch (MalformedInputException e) {
            return false; // no text
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
