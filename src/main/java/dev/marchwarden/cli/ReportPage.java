package dev.marchwarden.cli;

import dev.marchwarden.text.Quoted;
import dev.marchwarden.verification.ConnectedProxy;
import dev.marchwarden.verification.Line;
import dev.marchwarden.verification.Probe;
import dev.marchwarden.verification.ProxyRow;
import dev.marchwarden.verification.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** A verification for people: check by check, then the proxies. */
final class ReportPage {
    private static final int INDENT = 10;

    /** Of one check that are as they should be, and of proxies. What is not is shown to the last one. */
    private static final int SHOWN = 20;

    private static final Map<Line.State, String> MARKS =
            Map.of(Line.State.GREEN, "ok", Line.State.YELLOW, "look", Line.State.RED, "WRONG");

    private final Page page;

    ReportPage(CommandLine command) {
        this.page = new Page(command);
    }

    void show(Report report) {
        Map<String, List<Line>> byCheck = report.lines().stream()
                .collect(Collectors.groupingBy(Line::check, LinkedHashMap::new, Collectors.toList()));
        byCheck.forEach(this::check);
        proxies(report.proxies());
        connected(report.connected());
        probes(report.probes());
        page.blank();
        page.text(summary(report));
    }

    private void check(String name, List<Line> lines) {
        page.line(page.strong(name));
        int green = 0;
        for (Line line : lines) {
            if (line.state() == Line.State.GREEN && ++green > SHOWN) {
                continue;
            }
            String mark = "  " + MARKS.get(line.state());
            page.marked(coloured(line.state(), mark), mark.length(), INDENT, line.subject() + ": " + line.found());
            if (!line.fix().isEmpty()) {
                page.indented(INDENT, "fix: " + line.fix());
            }
        }
        if (green > SHOWN) {
            page.indented(INDENT, "and " + (green - SHOWN) + " more as they should be (-o json has all)");
        }
    }

    private String coloured(Line.State state, String mark) {
        return switch (state) {
            case GREEN -> page.good(mark);
            case YELLOW -> page.notable(mark);
            case RED -> page.bad(mark);
        };
    }

    private void proxies(List<ProxyRow> rows) {
        table(
                rows,
                row -> List.of(
                        row.pod() + "." + row.namespace(),
                        row.usergroup().isEmpty() ? "-" : row.usergroup(),
                        Quoted.bare(row.proxy().revision()),
                        Quoted.bare(row.proxy().authority()),
                        Quoted.bare(row.proxy().version()),
                        row.isReady() ? "yes" : "no"),
                "PROXY",
                "USERGROUP",
                "REVISION",
                "ISTIOD",
                "VERSION",
                "READY");
    }

    private void connected(List<ConnectedProxy> rows) {
        table(
                rows,
                row -> List.of(
                        Quoted.bare(row.proxy()),
                        Quoted.bare(row.cluster()),
                        row.istiod().name(),
                        Quoted.bare(row.version()),
                        types(row.types())),
                "CONNECTED PROXY",
                "CLUSTER",
                "ISTIOD",
                "VERSION",
                "SUBSCRIBED TYPES");
    }

    /** Those that were sent, with their state where they are not up to date. */
    private static String types(Map<String, ConnectedProxy.TypeState> types) {
        return types.entrySet().stream()
                .filter(type -> type.getValue() != ConnectedProxy.TypeState.NOT_SENT)
                .map(type -> Quoted.bare(type.getKey())
                        + (type.getValue() == ConnectedProxy.TypeState.SYNCED ? "" : " " + type.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void probes(List<Probe> rows) {
        table(
                rows,
                row -> List.of(
                        row.from(),
                        row.to(),
                        row.wanted().name().toLowerCase(Locale.ROOT),
                        row.code(),
                        row.client(),
                        row.url()),
                "FROM",
                "TO",
                "WANTED",
                "CODE",
                "CLIENT",
                "SERVER");
    }

    private <T> void table(List<T> rows, Function<T, List<String>> entries, String... headings) {
        if (rows.isEmpty()) {
            return;
        }
        page.blank();
        Columns columns = new Columns(headings);
        rows.stream().limit(SHOWN).forEach(row -> columns.row(entries.apply(row)));
        columns.lines().forEach(page::line);
        if (rows.size() > SHOWN) {
            page.line("and " + (rows.size() - SHOWN) + " more (-o json has all)");
        }
    }

    private static String summary(Report report) {
        return report.count(Line.State.GREEN) + " as they should be, " + report.count(Line.State.YELLOW)
                + " to look at, " + report.count(Line.State.RED) + " wrong: "
                + (report.isVerified() ? "the meshes are apart" : "the meshes are not what they should be");
    }
}
