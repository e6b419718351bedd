package dev.marchwarden.decisionlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;

/**
 * Whatever the bytes, each line of a decision log counts once, and what is reported of them can be shown. {@code mvn verify} replays its
 * corpus; {@code JAZZER_FUZZ=1 mvn test -Dtest=DecisionLogFuzzTest} looks for more.
 */
class DecisionLogFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRINTABLE = "[ -~]*";
    private static final DecisionFilter EVERYTHING =
            new DecisionFilter(null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreReadOrCounted(byte[] log) throws IOException {
        LogReport report = new LogReport(3);
        new DecisionLogReader(EVERYTHING, report).read(new ByteArrayInputStream(log));
        LineCounts lines = report.lines();
        assertThat(lines.decisions() + lines.unreadable() + lines.skipped()).isEqualTo(lines.all());
        assertThat(report.all().all()).isEqualTo(lines.decisions());
        String text = LogReportJson.of(report);
        assertThat(text).matches(PRINTABLE);
        JsonNode tree = JSON.readTree(text);
        assertThat(tree.at("/lines/decisions").longValue()).isEqualTo(lines.decisions());
        assertThat(LogReportCsv.of(report)).allSatisfy(row -> assertThat(row).matches(PRINTABLE));
    }
}
