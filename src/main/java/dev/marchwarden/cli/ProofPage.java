package dev.marchwarden.cli;

import dev.marchwarden.reachability.Fact;
import dev.marchwarden.reachability.ProofQuestion;
import dev.marchwarden.reachability.ReachabilityProof;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.objects.ChainLink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** A proof for people: the ways, and what the answer rests on. */
final class ProofPage {
    private static final int INDENT = 6;
    private static final int FACT_INDENT = 11;
    /** Ways. */
    private static final int SHOWN = 50;
    /** Facts of one name. */
    private static final int FACTS = 3;

    private final Page page;

    ProofPage(CommandLine command) {
        this.page = new Page(command);
    }

    void show(ReachabilityProof proof, ProofQuestion question, List<String> unread) {
        proof.openings().stream().limit(SHOWN).forEach(this::opening);
        if (proof.openings().size() > SHOWN) {
            page.text("and " + (proof.openings().size() - SHOWN) + " more (-o json shows all)");
        }
        unread.forEach(one -> page.marked(page.bad("error"), "error".length(), INDENT, one));
        page.line(page.strong("rests on"));
        Map<String, List<Fact>> facts = proof.facts().stream()
                .collect(Collectors.groupingBy(
                        fact -> fact.name() + fact.state(), LinkedHashMap::new, Collectors.toList()));
        facts.values().forEach(this::facts);
        page.blank();
        page.text(proof.describe(question, unread.isEmpty()));
    }

    private void opening(OpenPath opening) {
        page.line(page.bad("open") + "  " + page.strong(opening.from() + " > " + opening.to()));
        for (int i = 0; i < opening.chain().size(); i++) {
            ChainLink link = opening.chain().get(i);
            page.raw(" ".repeat(INDENT) + link.place() + "\n");
            page.indented(
                    INDENT,
                    link.object() + ": " + link.field()
                            + (link.value().isEmpty() ? " is not set" : ": " + link.value()));
        }
        page.indented(INDENT, opening.why());
        page.indented(
                INDENT,
                opening.rule() == null
                        ? "Fix: change the first of these; no rule looks at it, `marchwarden verify` does"
                        : "Fix: change the first of these; `marchwarden explain " + opening.rule() + "` is the rule");
    }

    private void facts(List<Fact> facts) {
        for (Fact fact : facts.subList(0, Math.min(FACTS, facts.size()))) {
            String mark = "  " + fact.state().name().toLowerCase(Locale.ROOT);
            page.marked(
                    switch (fact.state()) {
                        case CHECKED -> page.good(mark);
                        case ASSUMED -> page.notable(mark);
                        case WRONG -> page.bad(mark);
                    },
                    mark.length(),
                    FACT_INDENT,
                    fact.statement() + " (" + fact.basis() + ")");
        }
        if (facts.size() > FACTS) {
            page.indented(FACT_INDENT, "and " + (facts.size() - FACTS) + " more of the same (-o json shows all)");
        }
    }
}
