package dev.marchwarden.twin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values and texts as CEL expressions. */
final class CelText {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private CelText() {}

    /** A string literal in printable ASCII. */
    static String literal(String value) {
        StringBuilder literal = new StringBuilder("'");
        value.codePoints().forEach(c -> {
            if (c == '\'' || c == '\\') {
                literal.append('\\').appendCodePoint(c);
            } else if (c < ' ' || c > '~') {
                literal.append("\\U%08x".formatted(c));
            } else {
                literal.appendCodePoint(c);
            }
        });
        return literal.append('\'').toString();
    }

    /** A list of string literals, sorted. */
    static String list(Collection<String> values) {
        return new TreeSet<>(values).stream().map(CelText::literal).collect(Collectors.joining(", ", "[", "]"));
    }

    /** A map from string literals to expressions, sorted by key. */
    static String map(Map<String, String> expressions) {
        return new TreeMap<>(expressions)
                .entrySet().stream()
                        .map(entry -> literal(entry.getKey()) + ": " + entry.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    /**
     * A text as an expression.
     *
     * @param text with expressions in it as <code>${variables.name}</code>; such an expression contains no brace
     */
    static String text(String text) {
        List<String> parts = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int end = 0;
        while (placeholder.find()) {
            if (placeholder.start() > end) {
                parts.add(literal(text.substring(end, placeholder.start())));
            }
            parts.add("string(" + placeholder.group(1) + ")");
            end = placeholder.end();
        }
        if (end < text.length() || parts.isEmpty()) {
            parts.add(literal(text.substring(end)));
        }
        return String.join(" + ", parts);
    }
}
