package dev.marchwarden.cli;

import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.FindingCount;
import dev.marchwarden.audit.UnjudgedObject;
import dev.marchwarden.audit.UsergroupAudit;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.text.Quoted;
import java.util.List;
import picocli.CommandLine;

/** What {@code audit} found, for people. */
final class AuditTable {
    private static final int INDENT = 6;
    /** Findings, and problems, where not all are wanted. */
    private static final int SHOWN = 50;

    private final Page page;

    AuditTable(CommandLine command) {
        this.page = new Page(command);
    }

    /** @param all whether to name every finding that is kept, those included that only need a right */
    void show(AuditResult result, String source, String author, boolean all) {
        List<AuditFinding> findings = result.findings().stream()
                .filter(finding -> all || !finding.needsRight())
                .toList();
        findings.stream().limit(all ? findings.size() : SHOWN).forEach(this::finding);
        unjudged(result, all);
        if (!result.usergroups().isEmpty()) {
            usergroups(result.usergroups());
        }
        if (!result.counts().isEmpty()) {
            counts(result.counts());
        }
        page.blank();
        page.text(source + ": " + result.describe());
        page.text("Judged for " + author + ".");
        long kept = result.findings().size()
                - result.findings().stream()
                        .filter(finding -> !all && finding.needsRight())
                        .count();
        if (!all && kept > SHOWN) {
            page.text((kept - SHOWN) + " more findings are kept; -v lists them.");
        }
        if (result.unlisted() > 0) {
            page.text(result.unlisted() + " more findings were counted and not kept.");
        }
    }

    private void finding(AuditFinding finding) {
        String level = finding.enforcement().spelling();
        page.line((finding.enforcement() == Enforcement.DENY ? page.bad(level) : page.notable(level)) + "  "
                + page.strong(finding.rule().spelling()) + "  " + Quoted.bare(finding.object()));
        if (!finding.file().isEmpty()) {
            page.raw(" ".repeat(INDENT) + finding.file() + ":"
                    + finding.position().line() + ":" + finding.position().column() + "\n");
        }
        page.indented(INDENT, finding.message());
        page.indented(INDENT, "Fix: " + finding.fix());
        if (finding.needsRight()) {
            page.indented(INDENT, "Permitted by the right: " + finding.right());
        }
        if (finding.denied() && finding.enforcement() != Enforcement.DENY) {
            page.indented(
                    INDENT, "Denied once the default is deny" + (finding.admitted() ? ", but for an exception" : ""));
        }
        if (!finding.writer().isEmpty()) {
            page.indented(INDENT, "Written by: " + finding.writer());
        }
    }

    private void unjudged(AuditResult result, boolean all) {
        result.unjudged().stream().limit(all ? result.unjudged().size() : SHOWN).forEach(this::problem);
        long more = result.unjudgedTotal()
                - (all
                        ? result.unjudged().size()
                        : Math.min(SHOWN, result.unjudged().size()));
        if (more > 0) {
            page.text(more + " more could not be read or judged.");
        }
    }

    private void problem(UnjudgedObject problem) {
        String subject = problem.subject().isEmpty() ? "" : "  " + problem.subject();
        page.line(page.bad("error") + subject);
        if (!problem.file().isEmpty()) {
            page.raw(" ".repeat(INDENT) + problem.file() + ":" + problem.line() + "\n");
        }
        page.indented(INDENT, problem.problem());
    }

    private void usergroups(List<UsergroupAudit> usergroups) {
        Columns columns = new Columns("USERGROUP", "DEFAULT", "LEFT", "NEED A RIGHT", "NEXT");
        usergroups.forEach(usergroup -> columns.row(List.of(
                usergroup.name(),
                usergroup.blanket().spelling(),
                String.valueOf(usergroup.left()),
                String.valueOf(usergroup.rights()),
                usergroup.describe())));
        page.blank();
        columns.lines().forEach(page::line);
    }

    private void counts(List<FindingCount> counts) {
        Columns columns = new Columns("OBJECTS OF", "RULE", "NOW", "WITH DENY", "FINDINGS");
        counts.forEach(count -> columns.row(List.of(
                count.usergroup().isEmpty() ? "no usergroup" : count.usergroup(),
                count.rule().spelling(),
                count.enforcement().spelling(),
                count.needsRight() ? "needs a right" : count.denied() ? "denied" : "not denied",
                String.valueOf(count.count()))));
        page.blank();
        columns.lines().forEach(page::line);
    }
}
