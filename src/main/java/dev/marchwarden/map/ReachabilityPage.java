package dev.marchwarden.map;

import dev.marchwarden.reachability.Fact;
import dev.marchwarden.reachability.ProofQuestion;
import dev.marchwarden.reachability.ReachabilityProof;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.objects.ChainLink;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A proof as an HTML file that needs no other file, no server and no script; with a script, it can be searched. */
public final class ReachabilityPage {
    private static final String ELSEWHERE = " more are not shown. `marchwarden verify --prove -o json` lists all.";

    private final String tenancy;
    private final String source;
    private final ProofQuestion question;
    private final UnaryOperator<String> headline;
    private final Html html;

    /**
     * @param tenancy its name
     * @param source what was read, for people
     * @param headline what a rule is about, by its name
     */
    public ReachabilityPage(String tenancy, String source, ProofQuestion question, UnaryOperator<String> headline) {
        this.tenancy = tenancy;
        this.source = source;
        this.question = question;
        this.headline = headline;
        this.html = MapPage.begin("Proof for " + tenancy, "Skip to the paths");
    }

    /**
     * To be called once.
     *
     * @param unread what could not be read, each in one line
     */
    public String render(ReachabilityProof proof, List<String> unread) {
        header(proof, unread);
        html.open("main", "id", "main").line();
        ways(proof);
        facts(proof.facts());
        if (!unread.isEmpty()) {
            MapPage.unjudged(
                    html,
                    "Not read",
                    unread.stream()
                            .limit(FindingSections.SHOWN)
                            .map(one -> new Findings.Unjudged("", "", one))
                            .toList(),
                    unread.size());
        }
        return MapPage.end(html);
    }

    private void header(ReachabilityProof proof, List<String> unread) {
        boolean proven = proof.isNone() && proof.isFounded() && unread.isEmpty();
        html.open("header").element("h1", "Proof for " + tenancy).line();
        html.element("p", proof.describe(question, unread.isEmpty()) + ".", "class", proven ? "ok" : "bad");
        html.open("dl", "class", "basis");
        MapPage.entry(html, "Read", source);
        MapPage.entry(html, "From", Objects.requireNonNullElse(question.from(), "any namespace"));
        MapPage.entry(html, "To", Objects.requireNonNullElse(question.to(), "any namespace"));
        MapPage.entry(html, "Paths", question.compared() ? "only new ones" : "all");
        MapPage.entry(html, "Rests on", count(proof.facts()));
        html.close().line();
        html.open("nav", "aria-label", "Sections").open("ul");
        MapPage.link(html, "ways", "Paths");
        MapPage.link(html, "facts", "Rests on");
        if (!unread.isEmpty()) {
            MapPage.link(html, "unjudged", "Not read");
        }
        html.close().close().line();
        MapPage.search(html);
        html.close().line();
    }

    /** The worst first. */
    private static String count(List<Fact> facts) {
        return List.of(Fact.State.WRONG, Fact.State.ASSUMED, Fact.State.CHECKED).stream()
                .map(state ->
                        facts.stream().filter(fact -> fact.state() == state).count() + " " + word(state))
                .collect(Collectors.joining(", "));
    }

    private static String word(Fact.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void ways(ReachabilityProof proof) {
        List<OpenPath> ways = proof.openings();
        html.open("section", "id", "ways", "class", "g", "aria-labelledby", "h-ways");
        html.element("h2", "Paths", "id", "h-ways");
        if (ways.isEmpty()) {
            html.element("p", "None was found.");
        } else {
            html.element("p", "For each two sides the shortest chain. Change its first object.");
            html.open("ol", "class", "findings").line();
            ways.stream().limit(FindingSections.SHOWN).forEach(this::way);
            html.close();
        }
        if (ways.size() > FindingSections.SHOWN) {
            html.element("p", (ways.size() - FindingSections.SHOWN) + ELSEWHERE, "class", "note");
        }
        html.close().line();
    }

    private void way(OpenPath way) {
        html.open("li", "class", "r bad").element("b", "open", "class", "level").text(" ");
        html.element("strong", way.from() + " reaches " + way.to()).open("ol");
        way.chain().forEach(this::link);
        html.close().element("p", way.why());
        ChainLink first = way.chain().getFirst();
        html.element("p", "Fix: change " + first.field() + " of " + first.object(), "class", "fix")
                .open("p");
        if (way.rule() == null) {
            html.text("No rule looks at it; ")
                    .element("code", "marchwarden verify")
                    .text(" does.");
        } else {
            String rule = way.rule().spelling();
            html.text("Denied by ").element("code", rule).text(": " + headline.apply(rule));
        }
        html.close().close().line();
    }

    private void link(ChainLink link) {
        html.open("li").text(link.object() + ": ").element("code", link.field());
        html.text(link.value().isEmpty() ? " is not set" : ": ");
        if (!link.value().isEmpty()) {
            html.element("code", link.value());
        }
        html.text(" ").element("span", link.place(), "class", "place").close();
    }

    private void facts(List<Fact> facts) {
        html.open("section", "id", "facts", "class", "g", "aria-labelledby", "h-facts");
        html.element("h2", "Rests on", "id", "h-facts").open("table", "class", "reach");
        MapPage.columns(html, "Fact", "State", "By");
        facts.stream()
                .sorted(Comparator.comparing(fact -> fact.state() != Fact.State.WRONG))
                .limit(FindingSections.SHOWN)
                .forEach(this::fact);
        html.close().close();
        if (facts.size() > FindingSections.SHOWN) {
            html.element("p", (facts.size() - FindingSections.SHOWN) + ELSEWHERE, "class", "note");
        }
        html.close().line();
    }

    private void fact(Fact fact) {
        html.open("tr", "class", fact.state() == Fact.State.WRONG ? "r bad" : "r");
        html.element("th", fact.statement(), "scope", "row").open("td");
        html.element("b", word(fact.state()), "class", fact.checked() ? "ok" : "level")
                .close();
        html.element("td", fact.basis()).close().line();
    }
}
