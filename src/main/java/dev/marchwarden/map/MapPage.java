package dev.marchwarden.map;

import dev.marchwarden.verification.ObservedMeshes;
import dev.marchwarden.verification.Report;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The map as an HTML file that needs no other file, no server and no script; with a script, it can be searched. */
public final class MapPage {
    private final Basis basis;
    private final UnaryOperator<String> headline;

    /**
     * What the map rests on.
     *
     * @param sources what was read, for people
     * @param author on whose behalf it was judged, for people
     */
    public record Basis(List<String> sources, String author) {
        public Basis {
            sources = List.copyOf(sources);
        }
    }

    /** @param headline what a rule is about, by its name */
    public MapPage(Basis basis, UnaryOperator<String> headline) {
        this.basis = basis;
        this.headline = headline;
    }

    /** @param report what a verification found; null where there was none */
    public String render(Findings findings, ObservedMeshes observed, @Nullable Report report) {
        MeshMap map = MeshMap.of(findings, observed);
        Html html = begin("Meshes of " + map.tenancy().name(), "Skip to the map");
        header(html, map, findings, report != null);
        html.open("main", "id", "main").line();
        if (findings.isOfNamespacesOnly()) {
            html.element(
                            "p",
                            "No configuration and no workload was judged: whether some of them cross a border is not known.",
                            "class",
                            "note")
                    .line();
        }
        FindingSections sections = new FindingSections(html, headline, "For manifests, `marchwarden check` lists all.");
        sections.reach(map.crossings());
        new MeshSections(html, map).write();
        if (report != null) {
            new VerificationSection(html, report).write();
        }
        sections.write(map.crossings(), findings.rights());
        if (!findings.isComplete()) {
            List<Findings.Unjudged> all = findings.unjudged();
            unjudged(
                    html,
                    "Not read or judged",
                    all.stream().limit(FindingSections.SHOWN).toList(),
                    all.size());
        }
        return end(html);
    }

    /**
     * A page up to its header.
     *
     * @param skip names what the header can be skipped for
     */
    static Html begin(String title, String skip) {
        PageAssets assets = PageAssets.load();
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.leaf("meta", "charset", "utf-8").line();
        html.leaf("meta", "http-equiv", "Content-Security-Policy", "content", assets.contentSecurityPolicy())
                .line();
        html.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.leaf("meta", "name", "color-scheme", "content", "light dark").line();
        html.element("title", title).line();
        html.own("style", assets.style()).line().close();
        html.open("body").element("a", skip, "class", "skip", "href", "#main").line();
        return html;
    }

    /** Closes main, and the page. */
    static String end(Html html) {
        html.close().line();
        html.own("script", PageAssets.load().script()).line();
        return html.close().close().line().toString();
    }

    private void header(Html html, MeshMap map, Findings findings, boolean verified) {
        html.open("header").element("h1", "Meshes of " + map.tenancy().name()).line();
        html.element("p", Count.of(map.meshes().size(), "usergroup") + ". " + findings.describe() + ".");
        html.open("dl", "class", "basis");
        entry(html, "Read", String.join(", ", basis.sources()));
        entry(html, "Judged for", basis.author());
        entry(html, "Judged objects", kinds(findings.judged()));
        entry(html, "No rule looks at", kinds(findings.notLookedAt()));
        html.close().line();
        html.open("nav", "aria-label", "Sections").open("ul");
        if (!map.crossings().isEmpty()) {
            link(html, "reach", "Who reaches whom");
        }
        link(html, "usergroups", "Usergroups");
        link(html, "shared", "Shared services");
        link(html, "unassigned", "Unassigned");
        if (verified) {
            link(html, VerificationSection.ID, VerificationSection.TITLE);
        }
        link(html, "crossings", "Crossings");
        if (!findings.isComplete()) {
            link(html, "unjudged", "Not read or judged");
        }
        html.close().close().line();
        search(html);
        html.close().line();
    }

    /** The heading of a table, and its body begun. */
    static void columns(Html html, String... titles) {
        html.open("thead").open("tr");
        for (String title : titles) {
            html.element("th", title, "scope", "col");
        }
        html.close().close().open("tbody").line();
    }

    static void search(Html html) {
        html.open("div", "role", "search", "id", "search", "hidden", "");
        html.element("label", "Search for a namespace, usergroup, object or rule", "for", "words");
        html.leaf("input", "type", "search", "id", "words", "autocomplete", "off", "spellcheck", "false");
        html.element("output", "", "id", "hits", "for", "words");
        html.close();
    }

    static String kinds(Map<String, ? extends Number> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(kind -> kind.getValue() + " " + kind.getKey())
                        .collect(Collectors.joining(", "));
    }

    static void link(Html html, String section, String title) {
        html.open("li").element("a", title, "href", "#" + section).close();
    }

    static void entry(Html html, String term, String text) {
        html.element("dt", term).element("dd", text);
    }

    /**
     * @param title of the section
     * @param shown the first of them
     * @param total how many there are
     */
    static void unjudged(Html html, String title, List<Findings.Unjudged> shown, long total) {
        html.open("section", "id", "unjudged", "class", "g", "aria-labelledby", "h-unjudged");
        html.element("h2", title, "id", "h-unjudged");
        html.element("p", "Nothing is known about these. A crossing may be among them.", "class", "note");
        html.open("ul", "class", "findings").line();
        for (Findings.Unjudged one : shown) {
            html.open("li", "class", "r bad").element("strong", one.subject());
            html.element("p", one.problem())
                    .element("p", one.place(), "class", "place")
                    .close();
            html.line();
        }
        html.close();
        if (total > shown.size()) {
            html.element("p", (total - shown.size()) + " more are not shown.", "class", "note");
        }
        html.close().line();
    }
}
