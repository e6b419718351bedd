package dev.marchwarden.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The path of a row, taken apart. */
final class PathPattern {
    static final String ITEM = "[]";
    static final String ENTRY = "{}";
    static final String WHOLE = "**";

    private PathPattern() {}

    /** Writes out the alternatives: {@code (|a.)(b|c)} is {@code b}, {@code c}, {@code a.b} and {@code a.c}. They do not nest. */
    static List<String> expand(String pattern) {
        int open = pattern.indexOf('(');
        if (open < 0) {
            return List.of(pattern);
        }
        int close = pattern.indexOf(')', open);
        if (close < 0) {
            throw new IllegalArgumentException("no ) after (");
        }
        List<String> tails = expand(pattern.substring(close + 1));
        List<String> expanded = new ArrayList<>();
        for (String alternative : pattern.substring(open + 1, close).split("\\|", -1)) {
            for (String tail : tails) {
                expanded.add(pattern.substring(0, open) + alternative + tail);
            }
        }
        return expanded;
    }

    /** Whether it stands for items of a list: any, or in {@code [NAME,NAME]} those that have such a {@code name}. */
    static boolean isItem(String segment) {
        return segment.startsWith("[");
    }

    /** The names in a segment that {@link #isItem}; empty where any item will do. */
    static Set<String> itemNames(String segment) {
        return segment.equals(ITEM)
                ? Set.of()
                : Set.of(segment.substring(1, segment.length() - 1).split(",", -1));
    }

    /** Whether a path leads through items that are asked for by their names. */
    static boolean hasItemNames(String path) {
        int open = path.indexOf('[');
        while (open >= 0 && path.startsWith(ITEM, open)) {
            open = path.indexOf('[', open + 1);
        }
        return open >= 0;
    }

    /** {@code a.b[].c{k}} is {@code a}, {@code b}, {@code []}, {@code c}, {@code {k}}. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int at = 0;
        while (at < path.length()) {
            int end = end(path, at);
            if (end <= at) {
                throw new IllegalArgumentException("not a path: " + path);
            }
            segments.add(path.substring(at, end));
            at = end < path.length() && path.charAt(end) == '.' ? end + 1 : end;
        }
        return segments;
    }

    private static int end(String path, int start) {
        if (path.charAt(start) == '[') {
            return path.indexOf(']', start) + 1;
        }
        if (path.charAt(start) == '{') {
            return path.indexOf('}', start) + 1;
        }
        int end = start;
        while (end < path.length() && ".[{".indexOf(path.charAt(end)) < 0) {
            end++;
        }
        return end;
    }
}
