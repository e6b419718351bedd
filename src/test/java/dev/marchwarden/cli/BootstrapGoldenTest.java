package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** test-fixtures/bootstrap: what comes out for what is asked, to the letter. */
class BootstrapGoldenTest {
    private static final Path EXPECTED = Path.of("test-fixtures/bootstrap/expected.txt");
    private static final String SECTION = "==> ";
    private static final BootstrapCase GUIDE = BootstrapCase.of("guide");
    private static final BootstrapCase OPTIONS = BootstrapCase.of("options");

    /** Outputs by their titles in the file, in its order. */
    private static final Map<String, String> FOUND = new LinkedHashMap<>();

    @TempDir
    private static Path directory;

    static List<BootstrapCase> refused() throws IOException {
        return BootstrapCase.refused();
    }

    /** Of the cases that share nothing with the guide a difference would show nothing. */
    @BeforeAll
    static void run() throws IOException {
        SortedMap<String, String> guide = files(GUIDE);
        SortedMap<String, String> options = files(OPTIONS);
        guide.forEach((name, content) -> FOUND.put("guide, render --out: " + name, content));
        FOUND.put("guide, render", output(GUIDE, "render"));
        FOUND.put("guide, plan", output(GUIDE, "plan"));
        FOUND.put("guide, plan -o json", output(GUIDE, "plan", "-o", "json"));
        options.forEach((name, content) -> FOUND.put("options, render --out: " + name, content));
        FOUND.put("options, plan", output(OPTIONS, "plan"));
        for (BootstrapCase its : BootstrapCase.good()) {
            if (!List.of(GUIDE, OPTIONS).contains(its)) {
                FOUND.put(its + ", difference of render --out to guide", GoldenDifference.between(guide, files(its)));
            }
        }
    }

    @Test
    void everyOutputIsAsExpected() throws IOException {
        GoldenFile.holds(EXPECTED, text(FOUND));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldNotKeepApartIsRefused(BootstrapCase its) throws Exception {
        Invocation plan = its.run("plan");
        assertThat(plan.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(plan.out()).isEmpty();
        GoldenFile.holds(its.directory().resolve("error.txt"), plan.err());
    }

    private static String text(Map<String, String> sections) {
        return sections.entrySet().stream()
                .map(section -> SECTION + section.getKey() + "\n" + section.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static String output(BootstrapCase its, String command, Object... more) throws IOException {
        Invocation run = its.run(command, more);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return run.out();
    }

    private static SortedMap<String, String> files(BootstrapCase its) throws IOException {
        Path out = directory.resolve(its.toString());
        output(its, "render", "--out", out);
        // First the page that tells what the others are for.
        SortedMap<String, String> files = new TreeMap<>(
                Comparator.comparing((String name) -> name.contains("/")).thenComparing(Comparator.naturalOrder()));
        try (Stream<Path> all = Files.walk(out)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(out.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
