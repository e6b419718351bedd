package dev.marchwarden.map;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.verification.ProxyRow;
import dev.marchwarden.verification.Report;
import java.util.List;

/** What a verification found: errors and warnings first, then what is as it should be, and the proxies. */
final class VerificationSection {
    static final String ID = "verification";
    static final String TITLE = "Verification";

    private final Html html;
    private final Report report;

    VerificationSection(Html html, Report report) {
        this.html = html;
        this.report = report;
    }

    void write() {
        html.open("section", "id", ID, "aria-labelledby", "h-verification");
        html.element("h2", TITLE, "id", "h-verification");
        html.element("p", report.describe() + ".").line();
        List<Finding> open =
                report.findings().stream().filter(finding -> !finding.isOk()).toList();
        if (!open.isEmpty()) {
            list(open);
        }
        List<Finding> ok = report.findings().stream().filter(Finding::isOk).toList();
        if (!ok.isEmpty()) {
            html.open("details").element("summary", ok.size() + " ok");
            list(ok);
            html.close().line();
        }
        if (!report.proxies().isEmpty()) {
            proxies(report.proxies());
        }
        html.close().line();
    }

    private void list(List<Finding> findings) {
        html.open("ul", "class", "findings").line();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING, Severity.OK)) {
            findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .limit(FindingSections.SHOWN)
                    .forEach(this::finding);
        }
        html.close();
        if (findings.size() > FindingSections.SHOWN) {
            html.element(
                    "p",
                    "At most " + FindingSections.SHOWN
                            + " of each severity are shown. `marchwarden verify -o json` lists all.",
                    "class",
                    "note");
        }
        html.line();
    }

    private void finding(Finding finding) {
        html.open("li", "class", finding.isError() ? "r bad" : "r");
        html.element("b", finding.severity().word(), "class", "level").text(" ");
        html.element("code", finding.code()).text(" " + finding.message());
        if (!finding.fix().isEmpty()) {
            html.element("p", "Fix: " + finding.fix(), "class", "fix");
        }
        html.close().line();
    }

    private void proxies(List<ProxyRow> rows) {
        html.open("details").element("summary", Count.of(rows.size(), "pod") + " with a proxy");
        html.open("table", "class", "reach");
        MapPage.columns(html, "Proxy", "Usergroup", "Revision", "Istiod", "Version", "Ready");
        rows.stream().limit(FindingSections.SHOWN).forEach(row -> {
            html.open("tr", "class", "r").element("th", row.pod() + "." + row.namespace(), "scope", "row");
            html.element("td", row.usergroup().isEmpty() ? "none" : row.usergroup());
            html.element("td", row.proxy().revision());
            html.element("td", row.proxy().authority());
            html.element("td", row.proxy().version());
            html.element("td", row.isReady() ? "yes" : "no").close().line();
        });
        html.close().close();
        if (rows.size() > FindingSections.SHOWN) {
            html.element("p", (rows.size() - FindingSections.SHOWN) + " more are not shown.", "class", "note");
        }
        html.close().line();
    }
}
