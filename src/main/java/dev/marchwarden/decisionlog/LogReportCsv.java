package dev.marchwarden.decisionlog;

import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A report for spreadsheets, as RFC 4180 has it, all sections in one table: the first column names the section, and what a section does not
 * have is empty. No cell is a formula: one that would begin as such begins with an apostrophe.
 */
public final class LogReportCsv {
    private static final String SECTION = "section";
    private static final int LONGEST = 256;
    private static final String FORMULA_STARTS = "=+-@";

    private LogReportCsv() {}

    /** Lines without their breaks, the first of them the names of the columns. */
    public static List<String> of(LogReport report) {
        List<LogSection> sections = LogSection.of(report);
        Set<String> columns = new LinkedHashSet<>();
        sections.forEach(section -> columns.addAll(section.keys()));
        sections.forEach(section -> columns.addAll(section.columns()));
        List<String> lines = new ArrayList<>();
        lines.add(SECTION + "," + String.join(",", columns));
        for (LogSection section : sections) {
            for (List<Object> row : section.rows()) {
                lines.add(cell(section.name()) + ","
                        + columns.stream()
                                .map(column -> section.columns().indexOf(column))
                                .map(index -> index < 0 ? "" : cell(row.get(index)))
                                .collect(Collectors.joining(",")));
            }
        }
        return lines;
    }

    private static String cell(Object value) {
        if (value instanceof Long number) {
            return number.toString();
        }
        String text = Quoted.printable(value.toString(), LONGEST);
        String start = text.stripLeading();
        boolean formula = !start.isEmpty() && FORMULA_STARTS.indexOf(start.charAt(0)) >= 0;
        return text.isEmpty() ? "" : '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}
