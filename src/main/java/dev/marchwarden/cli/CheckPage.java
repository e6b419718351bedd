package dev.marchwarden.cli;

import dev.marchwarden.audit.CheckReport;
import dev.marchwarden.audit.CheckReport.Problem;
import dev.marchwarden.audit.CheckReport.Violation;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** What {@code check} found, for people. */
final class CheckPage {
    private static final int INDENT = 6;
    /** How many places of one problem are named where not all are wanted. */
    private static final int PLACES = 5;

    private final Page page;

    CheckPage(CommandLine command) {
        this.page = new Page(command);
    }

    /** @param all whether kinds that no rule looks at are named, and every place of a problem */
    void write(CheckReport report, boolean all) {
        report.violations().forEach(this::violation);
        errors(report.errors(), all);
        page.text(report.summary().describe());
        if (all && !report.notLookedAt().isEmpty()) {
            page.text("No rule looks at: "
                    + report.notLookedAt().entrySet().stream()
                            .map(kind -> kind.getValue() + " " + Quoted.bare(kind.getKey()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private void violation(Violation violation) {
        String enforcement = violation.enforcement();
        String level = violation.denies() ? page.bad(enforcement) : page.notable(enforcement);
        page.line(level + "  " + page.strong(violation.rule()) + "  " + Quoted.bare(violation.kind()) + " "
                + Quoted.bare(violation.name()));
        page.raw(" ".repeat(INDENT) + violation.file() + ":" + violation.line() + ":" + violation.column() + "\n");
        page.indented(INDENT, violation.message());
        page.indented(INDENT, "Fix: " + violation.fix());
    }

    /** The same problem of many objects, or of many templates of one chart, is told once. */
    private void errors(List<Problem> errors, boolean all) {
        Map<String, List<Problem>> byMessage = new LinkedHashMap<>();
        for (Problem error : errors) {
            byMessage
                    .computeIfAbsent(error.message(), message -> new ArrayList<>())
                    .add(error);
        }
        for (List<Problem> same : byMessage.values()) {
            Problem first = same.getFirst();
            String subject = first.subject().isEmpty() ? "" : "  " + Quoted.bare(first.subject());
            String more = same.size() == 1 ? "" : ", and " + (same.size() - 1) + " more with the same problem";
            page.line(page.bad("error") + subject + more);
            same.stream()
                    .limit(all ? same.size() : PLACES)
                    .forEach(error -> page.raw(" ".repeat(INDENT) + error.file() + ":" + error.line() + "\n"));
            if (!all && same.size() > PLACES) {
                page.indented(INDENT, "(" + (same.size() - PLACES) + " more places; -v names them)");
            }
            page.indented(INDENT, first.message());
        }
    }

    /** What to try next. */
    void hint(String hint) {
        page.text(hint);
    }
}
