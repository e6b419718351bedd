package dev.marchwarden.cli;

import dev.marchwarden.decisionlog.DecisionCount;
import dev.marchwarden.decisionlog.LogReport;
import dev.marchwarden.decisionlog.LogSection;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.text.Quoted;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;

/** The report of {@code log}, for people. */
final class LogPage {
    /** Rows of a table where not all are wanted. */
    private static final int SHOWN = 20;

    /** What makes a table too wide to read. */
    private static final Set<String> LEFT_OUT = Set.of("first", "reason");

    private final Page page;

    LogPage(CommandLine command) {
        this.page = new Page(command);
    }

    /** @param all whether to show every row */
    void show(LogReport report, boolean all) {
        page.text(summary(report));
        String before = "";
        for (LogSection section : LogSection.of(report)) {
            if (!section.rows().isEmpty()) {
                page.heading(section.title());
                show(section, all ? section.rows().size() : SHOWN);
            } else if (!section.nothing().equals(before)) {
                page.blank();
                page.text(section.nothing());
            }
            before = section.nothing();
        }
        List<String> notes = notes(report);
        if (!notes.isEmpty()) {
            page.blank();
            notes.forEach(page::text);
        }
    }

    private static String summary(LogReport report) {
        DecisionCount all = report.all();
        String of = all.all() == report.lines().decisions()
                ? ""
                : " of " + report.lines().decisions();
        String decisions = all.all() + of + (report.lines().decisions() == 1 ? " decision" : " decisions");
        if (all.first() == null || all.last() == null) {
            return decisions + ".";
        }
        String verdicts = Arrays.stream(Verdict.values())
                .filter(verdict -> all.of(verdict) > 0)
                .map(verdict -> all.of(verdict) + " " + verdict.spelling())
                .collect(Collectors.joining(", "));
        String dryRuns = all.dryRuns() == 0 ? "" : " (" + all.dryRuns() + " of them dry runs)";
        return decisions + " from " + seconds(all.first()) + " to " + seconds(all.last()) + ": " + verdicts + dryRuns
                + ".";
    }

    private void show(LogSection section, int most) {
        List<Integer> shown = IntStream.range(0, section.columns().size())
                .filter(column -> !LEFT_OUT.contains(section.columns().get(column)))
                .boxed()
                .toList();
        Columns columns = new Columns(shown.stream()
                .map(column -> heading(section.columns().get(column)))
                .toArray(String[]::new));
        int left = Math.max(0, section.rows().size() - most);
        section.rows().stream()
                .skip(section.byTime() ? left : 0)
                .limit(most)
                .forEach(row -> columns.row(
                        shown.stream().map(column -> cell(row.get(column))).toList()));
        if (left > 0 && section.byTime()) {
            page.line("(" + left + " earlier; -v shows all)");
        }
        columns.lines().forEach(page::line);
        if (left > 0 && !section.byTime()) {
            page.line("and " + left + " more (-v shows all)");
        }
    }

    /** {@code dryRuns} is headed {@code DRY RUNS}. */
    private static String heading(String column) {
        return column.replaceAll("(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
    }

    private static String cell(Object value) {
        String text = value instanceof Instant time ? seconds(time) : Quoted.bare(value.toString());
        return text.isEmpty() ? "-" : text;
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** What the report leaves out, and why. */
    static List<String> notes(LogReport report) {
        List<String> notes = LogSection.of(report).stream()
                .filter(section -> section.others() > 0)
                .map(section -> section.name() + ": " + section.others() + " more "
                        + (section.others() == 1 ? "is" : "are") + " in no row, because a report has at most "
                        + LogReport.MOST + " rows of a kind. Narrow it with --since, --until or another filter.")
                .collect(Collectors.toCollection(ArrayList::new));
        long skipped = report.lines().skipped();
        if (report.lines().areOfAnotherLog()) {
            notes.add("No line is a decision (expected: what `marchwarden serve` writes to standard output), so this"
                    + " report says nothing about what was denied.");
        }
        if (skipped > 0) {
            notes.add("Skipped " + skipped + (skipped == 1 ? " line that is" : " lines that are") + " no decision"
                    + (skipped == 1 ? "." : "s."));
        }
        long unreadable = report.lines().unreadable();
        if (unreadable > 0) {
            notes.add(unreadable + (unreadable == 1 ? " line begins" : " lines begin")
                    + " as a decision and cannot be read: cut off, altered, or of a later release. The report does"
                    + " not count " + (unreadable == 1 ? "it." : "them."));
        }
        return notes;
    }
}
