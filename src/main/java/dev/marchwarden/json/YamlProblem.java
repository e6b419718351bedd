package dev.marchwarden.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.text.Quoted;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * What the YAML and JSON libraries say of a syntax error, in words for the person who wrote the file.
 *
 * @param line from 1; 0 where the library does not tell
 * @param found what is wrong
 * @param expected what would be right
 */
public record YamlProblem(int line, String found, String expected) {
    /** What is expected of bytes that are no text. */
    public static final String TEXT = "a text file in UTF-8";

    private static final String YAML = "valid YAML";
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

    /** The beginnings of SnakeYAML's messages, the more special ones first. */
    private static final Map<String, String> SAYINGS = sayings();

    private static Map<String, String> sayings() {
        Map<String, String> sayings = new LinkedHashMap<>();
        sayings.put("found character '\\t(TAB)'", "a tab where YAML allows only spaces");
        sayings.put("found character '%'", "a value that begins with % and is not in quotes");
        sayings.put("found character '@'", "a value that begins with @ and is not in quotes");
        sayings.put("found character '`'", "a value that begins with ` and is not in quotes");
        sayings.put("found character", "a character that cannot begin a value");
        sayings.put("mapping values are not allowed here", "a second \": \" on a line, or a wrong indentation");
        sayings.put("mapping keys are not allowed here", "a key that cannot stand here");
        sayings.put("sequence entries are not allowed here", "a list item that cannot stand here");
        sayings.put("could not find expected ':'", "a key without \":\"");
        sayings.put("expected <block end>", "an indentation that does not fit the lines above");
        sayings.put("expected ',' or '}'", "a { that is not closed with }");
        sayings.put("expected ',' or ']'", "a [ that is not closed with ]");
        sayings.put("expected the node content", "a value that is missing, or a [ or { that is not closed");
        sayings.put("found unexpected end of stream", "a quote that is not closed");
        sayings.put("found unexpected document separator", "a quote that is not closed before the next ---");
        sayings.put("found undefined tag handle", "a tag with an unknown handle");
        sayings.put("found unknown escape character", "an unknown escape sequence in double quotes");
        sayings.put("found duplicate key", "a key twice in one map");
        sayings.put("expected '<document start>'", "text after the end of a document");
        sayings.put("found unknown directive", "an unknown directive");
        sayings.put("expected a comment or a line break", "text after a block scalar's | or >");
        sayings.put("expected chomping", "a wrong indicator after | or >");
        sayings.put("expected indentation indicator", "a wrong indentation indicator after | or >");
        return sayings;
    }

    /** @param json whether the file is JSON, and not YAML */
    public static YamlProblem of(JsonProcessingException e, boolean json) {
        if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            return new YamlProblem(yaml.getProblemMark().getLine() + 1, plain(String.valueOf(yaml.getProblem())), YAML);
        }
        int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
        String message = e.getOriginalMessage();
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.find()) {
            return new YamlProblem(
                    line, "the key " + Quoted.of(duplicate.group(1)) + " twice in one map", "each key once");
        }
        if (message.startsWith("Expected a field name")) {
            return new YamlProblem(line, "a key that is not text", "text as the key");
        }
        if (message.contains("nesting depth")) {
            return new YamlProblem(line, "values that are nested too deeply", "fewer levels");
        }
        if (message.startsWith("Unexpected end-of-input") || message.contains("end-of-input")) {
            return new YamlProblem(line, "the file ends within a value", json ? "complete JSON" : "complete YAML");
        }
        return new YamlProblem(line, json ? "a JSON syntax error" : "a YAML syntax error", json ? "valid JSON" : YAML);
    }

    private static String plain(String problem) {
        return SAYINGS.entrySet().stream()
                .filter(saying -> problem.startsWith(saying.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("a YAML syntax error");
    }
}
