package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * {@code values.yaml} with its comments. The comment that ends in the line above a key describes its value. Its last lines may be
 * {@code @schema} and JSON Schema as YAML, where {@code $ref} names a type. {@code @section} and a title, and perhaps text in the lines below,
 * begin a section.
 */
final class ValuesFile {
    private static final String SECTION = "@section";
    private static final String SCHEMA = "@schema";

    private final List<String> lines;
    private final JsonNode values;
    private final Set<String> wholes;

    private ValuesFile(String text, Set<String> wholes) {
        this.lines = text.lines().toList();
        this.values = Chart.parse(text);
        this.wholes = wholes;
    }

    /**
     * @param wholes values at the top whose parts are described elsewhere
     * @throws IllegalArgumentException where a comment is missing or cannot be read
     */
    static List<ValuesSection> read(String text, Set<String> wholes) {
        Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        return new ValuesFile(text, wholes).sections((MappingNode) root);
    }

    private List<ValuesSection> sections(MappingNode root) {
        List<ValuesSection> sections = new ArrayList<>();
        int next = 0;
        for (NodeTuple entry : root.getValue()) {
            int line = lineOf(entry);
            for (; next < line; next++) {
                if (isComment(next) && comment(next).startsWith(SECTION)) {
                    String title = comment(next).substring(SECTION.length()).strip();
                    sections.add(new ValuesSection(title, commentFrom(next + 1), new ArrayList<>()));
                }
            }
            check(!sections.isEmpty(), line, "no " + SECTION + " above");
            sections.getLast().values().add(value("", entry, values));
        }
        return sections;
    }

    private ChartValue value(String parent, NodeTuple entry, JsonNode siblings) {
        String name = ((ScalarNode) entry.getKeyNode()).getValue();
        String path = parent + name;
        JsonNode given = siblings.path(name);
        List<String> comment = commentAbove(lineOf(entry));
        int end = (int)
                comment.stream().takeWhile(line -> !line.startsWith(SCHEMA)).count();
        ObjectNode keywords = keywords(comment.subList(end, comment.size()), lineOf(entry));
        List<ChartValue> parts = List.of();
        if (!given.isEmpty()
                && keywords.isEmpty()
                && !wholes.contains(path)
                && entry.getValueNode() instanceof MappingNode mapping) {
            parts = mapping.getValue().stream()
                    .map(part -> value(path + ".", part, given))
                    .toList();
        }
        List<String> description = comment.subList(0, end);
        check(
                !parts.isEmpty() || !description.isEmpty(),
                lineOf(entry),
                path + " has no description (expected: a comment above it)");
        check(
                description.stream().noneMatch(line -> line.startsWith("@")),
                lineOf(entry),
                "the description of " + path + " has a line that begins with @ (expected: an empty line below "
                        + SECTION + ", and " + SCHEMA + " last)");
        return new ChartValue(path, given, String.join(" ", description), keywords, parts);
    }

    private static ObjectNode keywords(List<String> comment, int line) {
        if (comment.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode keywords = Chart.parse(String.join("\n", comment).substring(SCHEMA.length()));
        check(
                keywords.isObject(),
                line,
                SCHEMA + " is not a mapping (expected: for example " + SCHEMA + " {minimum: 1})");
        return (ObjectNode) keywords;
    }

    private List<String> commentAbove(int line) {
        int first = line;
        while (first > 0 && isComment(first - 1)) {
            first--;
        }
        return lines.subList(first, line).stream().map(ValuesFile::comment).toList();
    }

    private String commentFrom(int line) {
        return lines.subList(line, lines.size()).stream()
                .takeWhile(ValuesFile::isComment)
                .map(ValuesFile::comment)
                .collect(Collectors.joining(" "));
    }

    private static int lineOf(NodeTuple entry) {
        return entry.getKeyNode().getStartMark().getLine();
    }

    private boolean isComment(int line) {
        return isComment(lines.get(line));
    }

    private String comment(int line) {
        return comment(lines.get(line));
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }

    private static String comment(String line) {
        return line.strip().substring(1).strip();
    }

    private static void check(boolean holds, int line, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("values.yaml:" + (line + 1) + ": " + problem);
        }
    }
}
