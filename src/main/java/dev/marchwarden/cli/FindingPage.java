package dev.marchwarden.cli;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import java.util.List;

/** Findings for people: the severity, the sentence beside it, and the fix below. */
final class FindingPage {
    private static final int INDENT = 11;
    /** Findings that are ok. All others are shown. */
    private static final int SHOWN = 20;

    private final Page page;

    FindingPage(Page page) {
        this.page = page;
    }

    void show(List<Finding> findings) {
        int ok = 0;
        for (Finding finding : findings) {
            if (!finding.isOk() || ++ok <= SHOWN) {
                show(finding);
            }
        }
        if (ok > SHOWN) {
            page.indented(INDENT, "and " + (ok - SHOWN) + " more are ok (-o json shows all)");
        }
    }

    private void show(Finding finding) {
        String mark = "  " + finding.severity().word();
        page.marked(coloured(finding.severity(), mark), mark.length(), INDENT, finding.message());
        if (!finding.fix().isEmpty()) {
            page.indented(INDENT, "Fix: " + finding.fix());
        }
    }

    private String coloured(Severity severity, String mark) {
        return switch (severity) {
            case OK -> page.good(mark);
            case WARNING -> page.notable(mark);
            case ERROR -> page.bad(mark);
        };
    }
}
