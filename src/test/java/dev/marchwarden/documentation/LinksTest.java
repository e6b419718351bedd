package dev.marchwarden.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links between pages lead to files and headings that exist. */
class LinksTest {
    private static final Pattern OUTSIDE = Pattern.compile("[a-z]+:.*");
    private static final Pattern PAGE_IN_SOURCE = Pattern.compile("\\bdocs/[\\w-]+\\.md(#[\\w-]+)?");

    /** Why it leads nowhere, or null. */
    private static @Nullable String problem(Path page, String link) {
        if (OUTSIDE.matcher(link).matches()) {
            return null;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? page
                : Objects.requireNonNullElse(page.getParent(), Path.of(""))
                        .resolve(parts[0])
                        .normalize();
        if (!Files.exists(target)) {
            return page + ": " + link + ": no such file";
        }
        if (parts.length == 2
                && target.toString().endsWith(".md")
                && !new Markdown(Documents.read(target)).anchors().contains(parts[1])) {
            return page + ": " + link + ": no such heading";
        }
        return null;
    }

    @Test
    void everyLinkOfEveryPageLeadsSomewhere() {
        List<String> problems = new ArrayList<>();
        int links = 0;
        for (Path page : Documents.pages()) {
            // Its links are those of docs/rules.md, which it is a part of.
            Path place = page.endsWith("rulebook/reading.md") ? Path.of("docs/rules.md") : page;
            for (String link : new Markdown(Documents.read(page)).links()) {
                links++;
                String problem = problem(place, link);
                if (problem != null) {
                    problems.add(problem);
                }
            }
        }
        assertThat(links).isGreaterThan(200);
        assertThat(problems).isEmpty();
    }

    /** Messages, help and the chart name pages too. */
    @Test
    void everyPageThatTheProgramNamesExists() {
        List<String> problems = new ArrayList<>();
        Stream.of(
                        Documents.below(Path.of("src/main"), ".java", ".yaml", ".table", ".json"),
                        Documents.below(Path.of("charts"), ".yaml", ".tpl", ".txt", ".json"))
                .flatMap(List::stream)
                .forEach(file -> PAGE_IN_SOURCE
                        .matcher(Documents.read(file))
                        .results()
                        .map(page -> problem(Path.of("README.md"), page.group()))
                        .filter(Objects::nonNull)
                        .forEach(problem -> problems.add(file + ": " + problem)));
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "docs/README.md, glossary.md,",
        "docs/README.md, ../README.md#in-a-minute,",
        "docs/README.md, https://example.com/x,",
        "docs/README.md, missing.md, 'docs/README.md: missing.md: no such file'",
        "docs/README.md, #missing, 'docs/README.md: #missing: no such heading'",
        "docs/README.md, glossary.md#missing, 'docs/README.md: glossary.md#missing: no such heading'"
    })
    void whatLeadsNowhereIsFound(String page, String link, @Nullable String problem) {
        assertThat(problem(Path.of(page), link)).isEqualTo(problem);
    }

    @Test
    void headingsHaveTheAnchorsOfGithub() {
        assertThat(new Markdown("# A `b` C?\n\n## A b c\n\n### `--live`\n\n```sh\n# no heading\n```\n").anchors())
                .containsExactlyInAnyOrder("a-b-c", "a-b-c-1", "--live");
    }
}
