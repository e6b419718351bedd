package dev.marchwarden.cli;

import dev.marchwarden.rulebook.RuleBook;
import dev.marchwarden.rulebook.RulePage;
import dev.marchwarden.rulebook.RulePage.Example;
import dev.marchwarden.tenancy.RuleArea;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: the rule book on the terminal. */
@Command(
        name = "explain",
        description =
                "Explains what a rule denies and why, with an example that is denied, one that passes, and the fix.",
        exitCodeList = {"0:explained", "2:no such rule"},
        footer = {"", "Examples:", "  marchwarden explain", "  marchwarden explain revision-mismatch"})
final class ExplainCommand implements Callable<Integer> {
    /** For the completion script. */
    static final class Rules implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return spellings().iterator();
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "RULE",
            completionCandidates = Rules.class,
            description = "The rule's name; without it all rules are listed.")
    private @Nullable String rule;

    @Option(names = "--markdown", description = "Print all rules in Markdown, as in docs/rules.md.")
    private boolean markdown;

    @Override
    public Integer call() {
        Page page = new Page(spec.commandLine());
        if (markdown) {
            page.raw(RuleBook.markdown());
        } else if (rule == null) {
            list(page);
        } else {
            explain(rule, page);
        }
        return ExitCode.OK;
    }

    private static List<String> spellings() {
        return Arrays.stream(RuleName.values()).map(RuleName::spelling).toList();
    }

    private static void list(Page page) {
        for (RuleArea area : RuleArea.values()) {
            List<RuleName> rules = Arrays.stream(RuleName.values())
                    .filter(rule -> rule.area() == area)
                    .toList();
            if (!rules.isEmpty()) {
                page.title(area.title());
                rules.forEach(rule -> page.entry(rule.spelling(), RuleBook.headline(rule)));
                page.blank();
            }
        }
        page.text("`marchwarden explain RULE` tells more.");
    }

    private static void explain(String spelling, Page page) {
        RuleName name = RuleName.named(spelling)
                .orElseThrow(() -> new Failure(Quoted.of(spelling) + " is no rule"
                        + Nearest.to(spelling, spellings())
                                .map(near -> " (did you mean " + near + "?)")
                                .orElse(" (`marchwarden explain` lists them)")));
        RulePage rule = RuleBook.page(name);
        page.title(name.spelling());
        page.text(rule.headline());
        page.heading("Why");
        page.text(rule.why());
        page.heading("Fix");
        page.text(rule.fix());
        example(page, rule.consequence(), rule.breaks());
        example(page, "Passes", rule.passes());
    }

    private static void example(Page page, String title, Example example) {
        page.heading(title);
        page.text(example.story() + " (as " + example.author().user() + ", in "
                + String.join(", ", example.author().groups()) + ")");
        if (example.before() != null) {
            page.code("# before\n" + example.before() + "---\n# after\n" + example.after());
        } else {
            page.code(example.after());
        }
    }
}
