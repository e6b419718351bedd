package dev.marchwarden.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of values in the chart's README: one for each section, between two markers. */
final class ValuesTable {
    private static final String BEGIN = "<!-- Generated from values.yaml. -->\n";
    private static final String END = "<!-- End of what is generated. -->\n";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** JSON in one line, with spaces as in YAML. */
    private static final DefaultPrettyPrinter ONE_LINE = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEntrySpacing(Separators.Spacing.AFTER)
                    .withArrayValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
            .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());

    private ValuesTable() {}

    /** The page, with the tables of these sections in the place of those that it has. */
    static String in(String page, List<ValuesSection> sections) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("README.md lacks the markers " + BEGIN + END);
        }
        return page.substring(0, begin + BEGIN.length())
                + sections.stream().map(ValuesTable::of).collect(Collectors.joining())
                + "\n"
                + page.substring(end);
    }

    private static String of(ValuesSection section) {
        return "\n### " + section.title() + "\n\n"
                + (section.text().isEmpty() ? "" : section.text() + "\n\n")
                + "| value | default | |\n|---|---|---|\n"
                + section.values().stream().flatMap(ValuesTable::rows).collect(Collectors.joining());
    }

    private static Stream<String> rows(ChartValue value) {
        Stream<String> own = value.description().isEmpty() ? Stream.empty() : Stream.of(row(value));
        return Stream.concat(own, value.parts().stream().flatMap(ValuesTable::rows));
    }

    private static String row(ChartValue value) {
        String given = value.isWhole() ? "`" + json(value.given()) + "`" : "";
        return "| `%s` | %s | %s |\n".formatted(value.path(), cell(given), cell(description(value)));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String description(ChartValue value) {
        List<String> words = value.keywords()
                .path("enum")
                .valueStream()
                .map(word -> "`" + word.asText() + "`")
                .toList();
        boolean named = words.stream().allMatch(value.description()::contains);
        return value.description() + (named ? "" : " One of " + String.join(", ", words) + ".");
    }

    private static String json(JsonNode node) {
        try {
            return JSON.writer(ONE_LINE).writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
