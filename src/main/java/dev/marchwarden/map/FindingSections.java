package dev.marchwarden.map;

import dev.marchwarden.tenancy.Enforcement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What crosses a border, and what only some may do: who reaches whom, and each crossing under its rule. */
final class FindingSections {
    /** As many of each section are written in full. */
    static final int SHOWN = 150;

    private final Html html;
    private final UnaryOperator<String> headline;
    private final String elsewhere;

    /**
     * @param headline what a rule is about, by its name
     * @param elsewhere what lists those that are not shown, in one sentence
     */
    FindingSections(Html html, UnaryOperator<String> headline, String elsewhere) {
        this.html = html;
        this.headline = headline;
        this.elsewhere = elsewhere;
    }

    /** @param rights what some right permits */
    void write(List<Crossing> crossings, List<Crossing> rights) {
        html.open("section", "id", "crossings", "aria-labelledby", "h-crossings");
        html.element("h2", "Crossings", "id", "h-crossings");
        if (crossings.isEmpty()) {
            html.element("p", "None was found among the judged objects.");
        } else {
            byRule(crossings);
        }
        html.close().line();
        if (!rights.isEmpty()) {
            html.open("section", "id", "rights", "aria-labelledby", "h-rights");
            html.element("h2", "Needs a right", "id", "h-rights");
            html.element("p", "These cross no border if their author has the right.");
            html.open("details").element("summary", Count.of(rights.size(), "finding"));
            byRule(rights);
            html.close().close().line();
        }
    }

    /** One line for each pair of usergroups. */
    private record Pair(String from, String to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byFrom = from.compareTo(other.from);
            return byFrom == 0 ? to.compareTo(other.to) : byFrom;
        }
    }

    /** How many crossings there are from each usergroup to each; nothing where there is none. */
    void reach(List<Crossing> crossings) {
        if (crossings.isEmpty()) {
            return;
        }
        Map<Pair, long[]> counts = new TreeMap<>();
        for (Crossing crossing : crossings) {
            for (String to : crossing.to().isEmpty() ? List.of("") : List.copyOf(crossing.to())) {
                long[] count = counts.computeIfAbsent(new Pair(crossing.from(), to), pair -> new long[2]);
                count[crossing.enforcement() == Enforcement.DENY ? 0 : 1]++;
            }
        }
        html.open("section", "id", "reach", "aria-labelledby", "h-reach");
        html.element("h2", "Who reaches whom", "id", "h-reach").open("table", "class", "reach");
        html.open("thead").open("tr");
        html.element("th", "Objects of", "scope", "col").element("th", "Reach", "scope", "col");
        html.element("th", "Denied", "scope", "col", "class", "n");
        html.element("th", "Warned or audited", "scope", "col", "class", "n");
        html.close().close().open("tbody").line();
        counts.forEach((pair, count) -> {
            html.open("tr", "class", "r");
            html.element("th", pair.from().isEmpty() ? "no usergroup" : pair.from(), "scope", "row");
            html.element("td", pair.to().isEmpty() ? "no other usergroup is named" : pair.to());
            html.element("td", String.valueOf(count[0]), "class", "n");
            html.element("td", String.valueOf(count[1]), "class", "n").close().line();
        });
        html.close().close().close().line();
    }

    private void byRule(List<Crossing> crossings) {
        Map<String, List<Crossing>> byRule = new LinkedHashMap<>();
        crossings.forEach(crossing -> byRule.computeIfAbsent(crossing.rule(), rule -> new ArrayList<>())
                .add(crossing));
        int room = SHOWN;
        for (Map.Entry<String, List<Crossing>> rule : byRule.entrySet()) {
            List<Crossing> its = rule.getValue();
            html.open("section", "class", "g", "data-name", rule.getKey())
                    .open("h3")
                    .element("code", rule.getKey());
            html.text(" " + headline.apply(rule.getKey())).close();
            int shown = Math.min(room, its.size());
            if (shown > 0) {
                html.open("ol", "class", "findings").line();
                its.subList(0, shown).forEach(this::finding);
                html.close();
            }
            if (shown < its.size()) {
                html.element("p", (its.size() - shown) + " more are not shown. " + elsewhere, "class", "note");
            }
            html.close().line();
            room -= shown;
        }
    }

    private void finding(Crossing crossing) {
        boolean denied = crossing.enforcement() == Enforcement.DENY;
        html.open("li", "class", denied ? "r bad" : "r");
        html.element("b", crossing.enforcement().spelling(), "class", "level").text(" ");
        html.element("strong", crossing.object());
        html.text(" of " + (crossing.from().isEmpty() ? "no usergroup" : crossing.from())
                + (crossing.to().isEmpty() ? "" : ", reaches " + String.join(", ", crossing.to())));
        html.open("p").element("code", crossing.path()).text(rest(crossing)).close();
        html.element("p", "Fix: " + crossing.fix(), "class", "fix");
        if (crossing.isPermittedToSome()) {
            html.element("p", "Permitted by the right: " + crossing.right());
        }
        html.element("p", crossing.place(), "class", "place").close().line();
    }

    /** The message begins with the path. */
    private static String rest(Crossing crossing) {
        return crossing.message().startsWith(crossing.path())
                ? crossing.message().substring(crossing.path().length())
                : " " + crossing.message();
    }
}
