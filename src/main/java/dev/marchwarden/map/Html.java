package dev.marchwarden.map;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * HTML as it is written: elements are closed in the order in which they were opened, and every text and every value is escaped. What it writes is
 * well-formed XML too.
 */
final class Html {
    /** Longer texts are cut. */
    private static final int MAX_TEXT = 2_000;

    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names and values by turns; the value of one that is only there or not, such as {@code open}, is empty */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    Html text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** A whole element with nothing but text in it. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An element that never has content, such as {@code meta}. */
    Html leaf(String tag, String... attributes) {
        start(tag, attributes);
        out.insert(out.length() - 1, '/');
        return this;
    }

    /** A script or a style sheet of our own, which HTML does not let escape. */
    Html own(String tag, String content) {
        if (content.contains("<") || content.contains("&")) {
            throw new IllegalArgumentException(
                    "the content of " + tag + " has a character that would have to be escaped");
        }
        start(tag);
        out.append(content).append("</").append(tag).append('>');
        return this;
    }

    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Html line() {
        out.append('\n');
        return this;
    }

    private void start(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        out.append('>');
    }

    /** Of any text what HTML shows as that text, in elements and in quoted values. What has no shape, or turns the direction, is replaced. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(Math.min(text.length(), MAX_TEXT) + 16);
        int[] characters = text.codePoints().limit(MAX_TEXT + 1L).toArray();
        for (int i = 0; i < characters.length && i < MAX_TEXT; i++) {
            switch (characters[i]) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.append(' ');
                default -> escaped.appendCodePoint(isShown(characters[i]) ? characters[i] : REPLACEMENT);
            }
        }
        return characters.length > MAX_TEXT ? escaped.append("...").toString() : escaped.toString();
    }

    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return out.toString();
    }
}
