package dev.marchwarden.cli;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.text.Quoted;
import dev.marchwarden.verification.ConnectedProxy;
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
    /** Rows of a table. */
    private static final int SHOWN = 20;

    private final Page page;

    ReportPage(CommandLine command) {
        this.page = new Page(command);
    }

    void show(Report report) {
        Map<String, List<Finding>> byCheck = report.findings().stream()
                .collect(Collectors.groupingBy(Finding::code, LinkedHashMap::new, Collectors.toList()));
        byCheck.forEach((check, findings) -> {
            page.line(page.strong(check));
            new FindingPage(page).show(findings);
        });
        proxies(report.proxies());
        connected(report.connected());
        probes(report.probes());
        page.blank();
        page.text(report.describe());
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
            page.line("and " + (rows.size() - SHOWN) + " more (-o json shows all)");
        }
    }
}
