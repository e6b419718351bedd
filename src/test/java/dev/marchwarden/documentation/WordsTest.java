package dev.marchwarden.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users read plain technical English, in the words of docs/glossary.md. */
class WordsTest {
    /** Words that another one of the glossary stands for, and turns of phrase that stop a reader. */
    private static final Pattern BANNED = Pattern.compile(
            "(?i)\\b(whoever|whomever|whosoever|mend(s|ed|ing)?|breach(es)?|objections?|(see|sees|seen|saw) to( it)?"
                    + "|be it|that which|(behind|by) (every|each) door|in the place of|for want of|anew|likewise|heed(s|ed)?"
                    + "|(go|goes|went|going) by|(?<!there )(is|are) to|(has|have) no more|of nobody|dull|without a word"
                    + "|if need be|yet to be|leads? no more|(is|are) none that|gets? at|whence|thereof|herein|wherein|whereupon|lest"
                    + "|for show|stands? in the way|need not|cannot be told|at best it would|pass(es)? (the proxy|it) by"
                    + "|nobody whom|(is|are) in the way|be let in)\\b");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    private static final Pattern COMMENT = Pattern.compile("(?m)^ *#(.*)$");

    private static Stream<String> banned(Path file, String text) {
        return BANNED.matcher(text.replaceAll("\\s+", " "))
                .results()
                .map(found -> file + ": \"" + context(text.replaceAll("\\s+", " "), found.start(), found.end()) + "\"");
    }

    private static String context(String text, int start, int end) {
        return text.substring(Math.max(0, start - 40), Math.min(text.length(), end + 30));
    }

    @Test
    void pagesAreInPlainEnglish() {
        assertThat(Documents.pages().stream().flatMap(page -> banned(page, new Markdown(Documents.read(page)).words())))
                .isEmpty();
    }

    /** Messages, logs and help. */
    @Test
    void textsInTheProgramAreInPlainEnglish() {
        List<Path> sources = Documents.below(Path.of("src/main/java"), ".java");
        assertThat(sources).hasSizeGreaterThan(300);
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            String literals = LITERAL.matcher(Documents.read(source))
                    .results()
                    .map(literal -> literal.group(1))
                    .collect(Collectors.joining(" | "));
            banned(source, literals).forEach(found::add);
        }
        assertThat(found).isEmpty();
    }

    @Test
    void resourcesThatUsersReadAreInPlainEnglish() {
        List<Path> resources = Documents.below(Path.of("src/main/resources"), ".yaml", ".json", ".md");
        assertThat(resources).hasSizeGreaterThan(30);
        assertThat(resources.stream().flatMap(resource -> banned(resource, Documents.read(resource))))
                .isEmpty();
    }

    @Test
    void theChartIsInPlainEnglish() {
        Path chart = Path.of("charts/marchwarden");
        assertThat(Stream.of(
                                banned(chart, Documents.read(chart.resolve("templates/NOTES.txt"))),
                                banned(chart, Documents.read(chart.resolve("values.schema.json"))),
                                banned(chart, comments(Documents.read(chart.resolve("values.yaml")))))
                        .flatMap(found -> found))
                .isEmpty();
    }

    private static String comments(String yaml) {
        return COMMENT.matcher(yaml).results().map(comment -> comment.group(1)).collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Whoever writes",
                "it is to be\nread",
                "goes by the label",
                "who sees to it",
                "a breach",
                "if need be",
                "is none that we know"
            })
    void whatStopsAReaderIsFound(String text) {
        assertThat(banned(Path.of("page.md"), text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A user who writes", "it must be read", "recommended", "amendment", "istio"})
    void ordinaryWordsPass(String text) {
        assertThat(banned(Path.of("page.md"), text)).isEmpty();
    }
}
