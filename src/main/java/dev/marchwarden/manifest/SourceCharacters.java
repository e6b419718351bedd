package dev.marchwarden.manifest;

import org.jspecify.annotations.Nullable;

/** A text by its code points, which is how SnakeYAML counts. */
final class SourceCharacters {
    private static final String FLOW = ",[]{}";

    private final String text;
    /** Null where each character is a code point. */
    private final int @Nullable [] codePoints;

    SourceCharacters(String text) {
        this.text = text;
        this.codePoints = text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? text.codePoints().toArray()
                : null;
    }

    private int length() {
        return codePoints == null ? text.length() : codePoints.length;
    }

    /** Zero outside the text. */
    int at(int index) {
        if (index < 0 || index >= length()) {
            return 0;
        }
        return codePoints == null ? text.charAt(index) : codePoints[index];
    }

    String text(int start, int end) {
        return codePoints == null ? text.substring(start, end) : new String(codePoints, start, end - start);
    }

    /** Where a word ends: at a blank, the end of the line, or what separates values in brackets. */
    int endOfWord(int start) {
        int end = start;
        while (at(end) > ' ' && FLOW.indexOf(at(end)) < 0) {
            end++;
        }
        return end;
    }

    int skipBlanks(int start) {
        int end = start;
        while (at(end) != 0 && at(end) <= ' ') {
            end++;
        }
        return end;
    }
}
