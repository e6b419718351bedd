package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** test-fixtures/bootstrap: what comes out for what is asked, to the letter. */
class BootstrapGoldenTest {
    private static final BootstrapCase GUIDE = BootstrapCase.of("guide");
    private static final BootstrapCase OPTIONS = BootstrapCase.of("options");
    private static final boolean WRITE = "write".equals(System.getenv("MARCHWARDEN_GOLDEN"));

    static List<BootstrapCase> refused() throws IOException {
        return BootstrapCase.refused();
    }

    static List<BootstrapCase> likeTheGuide() throws IOException {
        return List.of(BootstrapCase.of("air-gapped"), BootstrapCase.of("canary"), BootstrapCase.of("tags"));
    }

    @Test
    void everyCaseIsCompared() throws IOException {
        Set<BootstrapCase> compared = new HashSet<>(likeTheGuide());
        compared.addAll(List.of(GUIDE, OPTIONS));
        assertThat(compared).isEqualTo(Set.copyOf(BootstrapCase.good()));
    }

    @Test
    void theGuideIsAsExpected(@TempDir Path out) throws Exception {
        assertFiles(GUIDE, out);
        compare(GUIDE.directory().resolve("expected.yaml"), output(GUIDE, "render"));
        compare(GUIDE.directory().resolve("plan.txt"), output(GUIDE, "plan"));
        compare(GUIDE.directory().resolve("plan.json"), output(GUIDE, "plan", "-o", "json"));
    }

    @Test
    void allOptionsAtOnceAreAsExpected(@TempDir Path out) throws Exception {
        assertFiles(OPTIONS, out);
        compare(OPTIONS.directory().resolve("plan.txt"), output(OPTIONS, "plan"));
    }

    @ParameterizedTest
    @MethodSource("likeTheGuide")
    void othersDifferFromTheGuideAsExpected(BootstrapCase its, @TempDir Path out) throws Exception {
        String difference =
                GoldenDifference.between(rendered(GUIDE, out.resolve("guide")), rendered(its, out.resolve("its")));
        compare(its.directory().resolve("expected.diff"), difference);
    }

    /** Of a case that leaves nothing as in the guide a difference would show nothing. */
    private static void assertFiles(BootstrapCase its, Path out) throws IOException {
        Path expected = its.directory().resolve("expected");
        if (WRITE) {
            delete(expected);
            output(its, "render", "--out", expected);
        }
        output(its, "render", "--out", out);
        assertThat(files(out)).isEqualTo(files(expected)).isNotEmpty();
    }

    private static SortedMap<String, String> rendered(BootstrapCase its, Path out) throws IOException {
        output(its, "render", "--out", out);
        return files(out);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldNotKeepApartIsRefused(BootstrapCase its) throws Exception {
        Invocation plan = its.run("plan");
        assertThat(plan.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(plan.out()).isEmpty();
        compare(its.directory().resolve("error.txt"), plan.err());
    }

    private static String output(BootstrapCase its, String command, Object... more) throws IOException {
        Invocation run = its.run(command, more);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return run.out();
    }

    private static void compare(Path file, String found) throws IOException {
        if (WRITE) {
            Files.writeString(file, found);
        }
        assertThat(found).isEqualTo(Files.readString(file));
    }

    private static SortedMap<String, String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> directory.relativize(file).toString(),
                            BootstrapGoldenTest::content,
                            (one, other) -> one,
                            TreeMap::new));
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
