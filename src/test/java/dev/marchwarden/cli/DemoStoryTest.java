package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.cli.DemoStory.Step;
import dev.marchwarden.tools.GoldenFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoStoryTest {
    private static final Path RECORDED = Path.of("test-fixtures/admission-reviews");

    /** Those that are left out for now too. */
    private static List<Step> steps() {
        return DemoStory.all().stream()
                .flatMap(chapter -> chapter.steps().stream())
                .toList();
    }

    @Test
    void leavesNoRecordedReviewOut() throws Exception {
        List<String> played = steps().stream()
                .flatMap(step -> step.reviews().stream())
                .distinct()
                .toList();
        for (String area : List.of("guide", "tenancy", "crossing", "workloads", "lifecycle")) {
            try (Stream<Path> files = Files.list(RECORDED.resolve(area))) {
                assertThat(played)
                        .containsAll(files.map(file -> area + "/" + file.getFileName())
                                .toList());
            }
        }
    }

    /** The story expects what the verdict table of the recordings expects. */
    @Test
    void expectsWhatTheRecordingsSay() throws Exception {
        Map<String, String[]> table = Files.readAllLines(RECORDED.resolve("README.md")).stream()
                .filter(line -> line.contains(".json |"))
                .map(line -> line.split("\\s*\\|\\s*", -1))
                .collect(Collectors.toMap(cells -> cells[1], cells -> cells));
        for (Step step : steps()) {
            for (String review : step.reviews()) {
                String[] cells = Objects.requireNonNull(table.get(review), review);
                if (step.mutate()) {
                    assertThat(cells[5])
                            .contains("after /mutate: "
                                    + (step.rules().isEmpty()
                                            ? "allowed"
                                            : step.rules().getFirst()));
                } else {
                    assertThat(step.expect()).as(review).isEqualTo(cells[4]);
                    step.rules().forEach(rule -> assertThat(cells[5]).as(review).contains(rule));
                }
            }
        }
    }

    @Test
    void everyStepSendsSomething() {
        assertThat(steps()).allSatisfy(step -> assertThat(step.requests()).isNotEmpty());
    }

    @Test
    void playsAndFitsTheScreen() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            assertThat(Marchwarden.run("demo")).isEqualTo(ExitCode.OK);
        } finally {
            System.setOut(out);
        }
        String screen = captured.toString(StandardCharsets.UTF_8);
        assertThat(screen).contains("every verdict as expected", "Fix: ").doesNotContain("WRONG", "\u001b[");
        assertThat(screen).containsPattern("\\d+ allowed, \\d+ denied, \\d+ warned\\.");
        assertThat(screen.lines()).allMatch(line -> line.startsWith("{") || line.length() <= Marchwarden.WIDTH);
        assertThat(screen.lines().filter(line -> line.startsWith("{")))
                .singleElement()
                .satisfies(line -> assertThat(new ObjectMapper()
                                .readTree(line)
                                .path("decision")
                                .asText())
                        .isEqualTo("denied"));
        drawn(screen.lines().toList());
    }

    /** The README's picture. It is part of the test above because the demo takes seconds. */
    private static void drawn(List<String> screen) throws Exception {
        GoldenFile.holds(Path.of("docs/demo.svg"), new DemoPicture(screen).svg());
    }
}
