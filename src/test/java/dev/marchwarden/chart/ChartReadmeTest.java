package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of values in the chart's README. */
class ChartReadmeTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\| `(.*?)` \\| .*\\|$");

    private static Map<String, String> rows() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        for (MatchResult row : ROW.matcher(Files.readString(Chart.ROOT.resolve("README.md")))
                .results()
                .toList()) {
            assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
        }
        return rows;
    }

    @Test
    void everyRowHasTheDefault() throws Exception {
        assertThat(rows())
                .hasSizeGreaterThan(50)
                .allSatisfy((path, value) -> assertThat(Chart.parse(value))
                        .isEqualTo(Chart.defaults().at("/" + path.replace('.', '/'))));
    }

    /** Either itself, or as a part of one that is. */
    @Test
    void everyValueHasARow() throws Exception {
        covered("", Chart.defaults(), rows());
    }

    private static void covered(String path, JsonNode values, Map<String, String> rows) {
        if (rows.containsKey(path)) {
            return;
        }
        assertThat(values.isObject() && !values.isEmpty()).as(path).isTrue();
        values.properties()
                .forEach(field ->
                        covered(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), rows));
    }
}
