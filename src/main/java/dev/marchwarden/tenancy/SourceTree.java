package dev.marchwarden.tenancy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.marchwarden.json.Yaml;
import dev.marchwarden.json.YamlProblem;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one YAML (or JSON) document into nodes that know their line. */
final class SourceTree {
    /** A ConfigMap holds no more than 1 MiB. */
    static final int MAX_BYTES = 1 << 20;

    /** The libraries' own limits are twice that, so that it is we who tell. */
    private static final int MAX_DEPTH = 20;

    private static final String WHOLE = "a Tenancy, in YAML or JSON";
    private static final YAMLFactory YAML = Yaml.configuration(MAX_BYTES, 2 * MAX_DEPTH);

    private SourceTree() {}

    /** What is wrong with a text that is no document, and the line where it is wrong. */
    static final class SyntaxException extends Exception {
        private final int line;
        private final String expected;

        SyntaxException(int line, String found, String expected) {
            super(found);
            this.line = line;
            this.expected = expected;
        }

        TenancyProblem problem(String file) {
            return new TenancyProblem(file, line, "", String.valueOf(getMessage()), expected);
        }
    }

    static SourceNode read(byte[] document) throws SyntaxException {
        if (document.length > MAX_BYTES) {
            throw new SyntaxException(1, document.length + " bytes", "at most " + MAX_BYTES);
        }
        try (YAMLParser parser = YAML.createParser(SourceText.decode(document))) {
            if (parser.nextToken() == null) {
                throw new SyntaxException(1, "an empty file", WHOLE);
            }
            SourceNode root = node(parser);
            if (parser.nextToken() != null) {
                throw new SyntaxException(line(parser), "a second document", "one document a file");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw syntaxError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceNode node(YAMLParser parser) throws IOException, SyntaxException {
        int line = line(parser);
        if (parser.getParsingContext().getNestingDepth() > MAX_DEPTH) {
            throw new SyntaxException(line, "a value on level " + (MAX_DEPTH + 1), "at most " + MAX_DEPTH + " levels");
        }
        if (parser.isCurrentAlias()) {
            throw new SyntaxException(
                    line, "the alias *" + Quoted.bare(parser.getText()), "the value itself, written out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, line);
            case START_ARRAY -> sequence(parser, line);
            case VALUE_STRING -> new SourceNode.Scalar(line, parser.getText(), SourceNode.Scalar.Type.STRING);
            case VALUE_TRUE, VALUE_FALSE ->
                new SourceNode.Scalar(line, parser.getText(), SourceNode.Scalar.Type.BOOLEAN);
            case VALUE_NULL -> new SourceNode.Scalar(line, "", SourceNode.Scalar.Type.NULL);
            default -> new SourceNode.Scalar(line, parser.getText(), SourceNode.Scalar.Type.NUMBER);
        };
    }

    private static SourceNode mapping(YAMLParser parser, int line) throws IOException, SyntaxException {
        Map<String, SourceNode.Entry> entries = new LinkedHashMap<>();
        Map<String, SourceNode.Entry> repeated = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int keyLine = line(parser);
            if (key.equals("<<")) {
                throw new SyntaxException(keyLine, "the merge key <<", "the entries themselves, written out");
            }
            parser.nextToken();
            SourceNode.Entry entry = new SourceNode.Entry(keyLine, node(parser));
            if (entries.putIfAbsent(key, entry) != null) {
                repeated.put(key, entry);
            }
        }
        return new SourceNode.Mapping(line, entries, repeated);
    }

    private static SourceNode sequence(YAMLParser parser, int line) throws IOException, SyntaxException {
        List<SourceNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser));
        }
        return new SourceNode.Sequence(line, items);
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    private static SyntaxException syntaxError(JsonProcessingException e) {
        YamlProblem problem = YamlProblem.of(e, false);
        return new SyntaxException(Math.max(1, problem.line()), problem.found(), problem.expected());
    }
}
