package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** test-fixtures/bootstrap: what comes out for what is asked, to the letter. */
class BootstrapGoldenTest {
    private static final boolean WRITE = "write".equals(System.getenv("MARCHWARDEN_GOLDEN"));

    static List<BootstrapCase> good() throws IOException {
        return BootstrapCase.good();
    }

    static List<BootstrapCase> refused() throws IOException {
        return BootstrapCase.refused();
    }

    @ParameterizedTest
    @MethodSource("good")
    void filesAreAsExpected(BootstrapCase its, @TempDir Path out) throws Exception {
        Path expected = its.directory().resolve("expected");
        if (WRITE) {
            delete(expected);
        }
        Invocation render = its.run("render", "--out", WRITE ? expected : out);
        assertThat(render.exitCode()).as(render.err()).isZero();
        assertThat(render.err()).isEmpty();
        assertThat(files(WRITE ? expected : out)).isEqualTo(files(expected)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void outputIsAsExpected(BootstrapCase its) throws Exception {
        assertGolden(its.directory().resolve("expected.yaml"), its.run("render"));
        assertGolden(its.directory().resolve("plan.txt"), its.run("plan"));
        assertGolden(its.directory().resolve("plan.json"), its.run("plan", "-o", "json"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldNotKeepApartIsRefused(BootstrapCase its) throws Exception {
        Invocation plan = its.run("plan");
        assertThat(plan.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(plan.out()).isEmpty();
        compare(its.directory().resolve("error.txt"), plan.err());
    }

    private static void assertGolden(Path file, Invocation invocation) throws IOException {
        assertThat(invocation.exitCode()).as(invocation.err()).isZero();
        assertThat(invocation.err()).isEmpty();
        compare(file, invocation.out());
    }

    private static void compare(Path file, String found) throws IOException {
        if (WRITE) {
            Files.writeString(file, found);
        }
        assertThat(found).isEqualTo(Files.readString(file));
    }

    private static Map<String, String> files(Path directory) throws IOException {
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
