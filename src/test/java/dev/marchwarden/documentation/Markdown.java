package dev.marchwarden.documentation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page in Markdown.
 *
 * @param text all of it
 */
public record Markdown(String text) {
    private static final Pattern FENCED = Pattern.compile("(?ms)^( *)```(\\w*)\n(.*?)^ *```$");
    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");
    private static final Pattern LINK = Pattern.compile("!?\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");

    /**
     * A block between fences.
     *
     * @param language what the fence says, or empty
     */
    public record Block(String language, String code) {}

    public List<Block> blocks() {
        return FENCED.matcher(text)
                .results()
                .map(block -> new Block(block.group(2), block.group(3).stripIndent()))
                .toList();
    }

    /** What stands between backticks in a sentence. */
    public List<String> codeInSentences() {
        return INLINE.matcher(prose()).results().map(code -> code.group(1)).toList();
    }

    /** The text without blocks of code. */
    String prose() {
        return FENCED.matcher(text).replaceAll("");
    }

    /** The text without any code. */
    String words() {
        return INLINE.matcher(prose()).replaceAll("");
    }

    List<String> links() {
        return LINK.matcher(INLINE.matcher(prose()).replaceAll(Matcher.quoteReplacement("code")))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** The anchors of the headings, as GitHub makes them. */
    Set<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading :
                new ArrayList<>(HEADING.matcher(prose()).results().toList())) {
            String anchor = anchor(heading.group(1));
            int times = seen.merge(anchor, 1, Integer::sum);
            anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
        }
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
