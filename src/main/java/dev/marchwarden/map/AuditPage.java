package dev.marchwarden.map;

import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.FindingCount;
import dev.marchwarden.audit.UnjudgedObject;
import dev.marchwarden.audit.UsergroupAudit;
import java.util.List;
import java.util.function.UnaryOperator;

/** What an audit found, as an HTML file that needs no other file, no server and no script; with a script, it can be searched. */
public final class AuditPage {
    private final String tenancy;
    private final String source;
    private final String author;
    private final UnaryOperator<String> headline;

    /**
     * @param tenancy its name
     * @param source what was read, for people
     * @param author on whose behalf it was judged, for people
     * @param headline what a rule is about, by its name
     */
    public AuditPage(String tenancy, String source, String author, UnaryOperator<String> headline) {
        this.tenancy = tenancy;
        this.source = source;
        this.author = author;
        this.headline = headline;
    }

    public String render(AuditResult result) {
        List<Crossing> crossings = result.findings().stream()
                .filter(finding -> !finding.needsRight())
                .map(Crossing::of)
                .toList();
        List<Crossing> rights = result.findings().stream()
                .filter(AuditFinding::needsRight)
                .map(Crossing::of)
                .toList();
        Html html = MapPage.begin("Audit of " + tenancy, "Skip to the findings");
        header(html, result, crossings);
        html.open("main", "id", "main").line();
        usergroups(html, result.usergroups());
        rules(html, result.counts());
        FindingSections sections =
                new FindingSections(html, headline, "`marchwarden audit -o json` lists all that are kept.");
        sections.reach(crossings);
        sections.write(crossings, rights);
        if (result.unlisted() > 0) {
            html.element("p", result.unlisted() + " more findings were counted and not kept.", "class", "note");
        }
        unjudged(html, result);
        return MapPage.end(html);
    }

    private void header(Html html, AuditResult result, List<Crossing> crossings) {
        html.open("header").element("h1", "Audit of " + tenancy).line();
        html.element("p", result.describe() + ".");
        html.open("dl", "class", "basis");
        MapPage.entry(html, "Read", source);
        MapPage.entry(html, "Judged for", author);
        MapPage.entry(html, "Judged objects", MapPage.kinds(result.judged()));
        MapPage.entry(html, "No rule looks at", MapPage.kinds(result.notLookedAt()));
        html.close().line();
        html.open("nav", "aria-label", "Sections").open("ul");
        MapPage.link(html, "usergroups", "Usergroups");
        MapPage.link(html, "rules", "By rule");
        if (!crossings.isEmpty()) {
            MapPage.link(html, "reach", "Who reaches whom");
        }
        MapPage.link(html, "crossings", "Crossings");
        if (!result.isComplete()) {
            MapPage.link(html, "unjudged", "Not read or judged");
        }
        html.close().close().line();
        MapPage.search(html);
        html.close().line();
    }

    private static void usergroups(Html html, List<UsergroupAudit> usergroups) {
        html.open("section", "id", "usergroups", "aria-labelledby", "h-usergroups");
        html.element("h2", "Usergroups", "id", "h-usergroups").open("table", "class", "reach");
        MapPage.columns(html, "Usergroup", "Default", "Left", "Need a right", "Next");
        for (UsergroupAudit usergroup : usergroups) {
            html.open("tr", "class", "r").element("th", usergroup.name(), "scope", "row");
            html.element("td", usergroup.blanket().spelling());
            html.element("td", String.valueOf(usergroup.left()));
            html.element("td", String.valueOf(usergroup.rights()));
            html.element("td", usergroup.describe()).close().line();
        }
        html.close().close().close().line();
    }

    private static void rules(Html html, List<FindingCount> counts) {
        html.open("section", "id", "rules", "aria-labelledby", "h-rules").element("h2", "By rule", "id", "h-rules");
        if (counts.isEmpty()) {
            html.element("p", "Nothing was found among the judged objects.")
                    .close()
                    .line();
            return;
        }
        html.open("table", "class", "reach");
        MapPage.columns(html, "Objects of", "Rule", "Now", "With deny", "Findings");
        for (FindingCount count : counts) {
            html.open("tr", "class", "r")
                    .element("th", count.usergroup().isEmpty() ? "no usergroup" : count.usergroup(), "scope", "row");
            html.element("td", count.rule().spelling());
            html.element("td", count.enforcement().spelling());
            html.element("td", count.needsRight() ? "needs a right" : count.denied() ? "denied" : "not denied");
            html.element("td", String.valueOf(count.count())).close().line();
        }
        html.close().close().close().line();
    }

    private static void unjudged(Html html, AuditResult result) {
        if (!result.isComplete()) {
            MapPage.unjudged(
                    html,
                    "Not read or judged",
                    result.unjudged().stream()
                            .map(AuditPage::unjudged)
                            .limit(FindingSections.SHOWN)
                            .toList(),
                    result.unjudgedTotal());
        }
    }

    private static Findings.Unjudged unjudged(UnjudgedObject object) {
        String place = object.file().isEmpty() ? "" : object.file() + ":" + object.line();
        return new Findings.Unjudged(place, object.subject(), object.problem());
    }
}
