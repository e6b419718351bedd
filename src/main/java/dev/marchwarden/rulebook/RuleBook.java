package dev.marchwarden.rulebook;

import dev.marchwarden.rulebook.RulePage.Example;
import dev.marchwarden.tenancy.RuleArea;
import dev.marchwarden.tenancy.RuleName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** All pages, in the order of the rules. A rule without a page is one that this release knows by name only, and does not judge by. */
public final class RuleBook {
    /** What several rules have in common. */
    private static final String READING = "reading.md";

    private RuleBook() {}

    public static List<RulePage> pages() {
        return Arrays.stream(RuleName.values()).map(RuleBook::page).toList();
    }

    /** Every rule has one. */
    public static RulePage page(RuleName rule) {
        try (InputStream page = open(rule)) {
            return RulePageReader.page(rule, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of its page ({@link RulePage#headline}), of which it reads no more than that. */
    public static String headline(RuleName rule) {
        try (InputStream page = open(rule)) {
            return RulePage.headline(rule, RulePageReader.summary(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(RuleName rule) {
        InputStream page = RuleBook.class.getResourceAsStream(rule.spelling() + ".yaml");
        if (page == null) {
            throw new IllegalStateException("no page about " + rule + " in the jar");
        }
        return page;
    }

    /** The whole book as {@code docs/rules.md}. */
    public static String markdown() {
        StringBuilder book = new StringBuilder("""
                # Rules

                <!-- Made by `bin/marchwarden explain --markdown`; a test compares this file with it, and runs every example. -->

                The names appear in the tenancy file, in denials, logs and metrics, and never change. Set each rule to `deny`, `warn`,
                `audit` or `off`, for the cluster or for single usergroups. A rule judges a change, not an object: a violation that existed
                before and does not grow is at most a warning. The examples are in the cluster of the
                [recorded reviews](../test-fixtures/admission-reviews): team-1 owns usergroup-1, which has the namespace app-ns-1; team-2 owns
                usergroup-2, which has app-ns-2 and app-ns-3; the namespace default is in no usergroup. Sixty more crossings, each beside a
                harmless one, are in [test-fixtures/crossings](../test-fixtures/crossings).

                | | rule | denies |
                |---|---|---|
                """);
        List<RulePage> pages = pages();
        for (RuleArea area : RuleArea.values()) {
            String title = area.title();
            for (RulePage page :
                    pages.stream().filter(page -> page.rule().area() == area).toList()) {
                book.append("| %s | [`%s`](#%s) | %s |%n".formatted(title, page.rule(), page.rule(), page.headline()));
                title = "";
            }
        }
        book.append(text(READING));
        for (RulePage page : pages) {
            book.append("%n## %s%n%n%s%n%n%s%n%n**Fix.** %s%n"
                    .formatted(page.rule(), page.headline(), page.why(), page.fix()));
            example(book, page.consequence(), page.breaks());
            example(book, "Passes", page.passes());
        }
        return book.toString();
    }

    private static String text(String name) {
        try (InputStream text = Objects.requireNonNull(RuleBook.class.getResourceAsStream(name), name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void example(StringBuilder book, String title, Example example) {
        String groups = String.join(", ", example.author().groups());
        book.append("%n**%s.** %s (as %s, in %s)%n"
                .formatted(title, example.story(), example.author().user(), groups));
        book.append("%n```yaml%n".formatted());
        if (example.before() != null) {
            book.append("# before%n%s---%n# after%n".formatted(example.before()));
        }
        book.append(example.after()).append("```\n");
    }
}
