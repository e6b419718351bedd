package dev.marchwarden.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.json.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of a text one after the other: YAML as kubectl and Helm read it (an empty value is null; aliases and merge keys are
 * resolved), or JSON. A key that stands twice in a map is refused, because readers differ in which one they take.
 */
final class DocumentParser implements AutoCloseable {
    /** How many values the aliases of one document may stand for; as many as go-yaml takes without question. */
    private static final int MAX_ALIASED = 400_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private final SourceCharacters characters;
    private final boolean json;
    private final int lineOffset;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private long[] positions = new long[64];
    private int count;
    private int aliased;
    private int documentLine;

    /** A value that aliases may stand for, and where what is in it stands. */
    private static final class Anchored {
        private final JsonNode node;
        private final long[] below;

        Anchored(JsonNode node, long[] below) {
            this.node = node;
            this.below = below;
        }
    }

    /**
     * @param lineOffset how many lines of the file come before the text
     */
    DocumentParser(String text, boolean json, int lineOffset) throws IOException {
        this.parser = json ? JsonStreams.FILES.createParser(text) : Yaml.FILES.createParser(text);
        this.characters = new SourceCharacters(text);
        this.json = json;
        this.lineOffset = lineOffset;
        this.documentLine = 1 + lineOffset;
    }

    /** The next document, null at the end; after an exception nothing more can be read. */
    @Nullable
    Document next() throws IOException, SourceException {
        anchors.clear();
        positions = new long[64];
        count = 0;
        aliased = 0;
        try {
            if (parser.nextToken() == null) {
                return null;
            }
            documentLine = line();
            push();
            JsonNode root = value();
            return new Document(root, new FieldPositions(Arrays.copyOf(positions, count), 0));
        } catch (JsonProcessingException e) {
            throw SyntaxProblem.of(e, documentLine, lineOffset, json);
        }
    }

    /** Where the document that was read last begins, from 1. */
    int documentLine() {
        return documentLine;
    }

    private int line() {
        return Math.max(1, parser.currentTokenLocation().getLineNr()) + lineOffset;
    }

    private void push() {
        push(new Position(line(), Math.max(1, parser.currentTokenLocation().getColumnNr())).packed());
    }

    private void push(long position) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
        }
        positions[count++] = position;
    }

    private void push(long[] more, int from, int to) {
        for (int i = from; i < to; i++) {
            push(more[i]);
        }
    }

    /** The value at the current token, whose own position has been pushed. */
    private JsonNode value() throws IOException, SourceException {
        if (!(parser instanceof YAMLParser yaml)) {
            return content();
        }
        if (yaml.isCurrentAlias()) {
            return aliased(yaml.getText());
        }
        String anchor = anchor();
        int start = count;
        JsonNode node = content();
        if (anchor != null) {
            anchors.put(anchor, new Anchored(node, Arrays.copyOfRange(positions, start, count)));
        }
        return node;
    }

    private JsonNode aliased(String name) throws SourceException {
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            throw new SourceException(line(), "the alias *" + name, "an anchor &" + name + " before it");
        }
        aliased += anchored.below.length + 1;
        if (aliased > MAX_ALIASED) {
            throw new SourceException(line(), "aliases for too many values", "at most " + MAX_ALIASED);
        }
        push(anchored.below, 0, anchored.below.length);
        return anchored.node;
    }

    private JsonNode content() throws IOException, SourceException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_EMBEDDED_OBJECT -> NODES.binaryNode(parser.getBinaryValue());
            default -> isEmptyPlainScalar() ? NODES.nullNode() : NODES.textNode(parser.getText());
        };
    }

    private JsonNode integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    /** Whether nothing stands where the value should, not even quotes: that is null, as for kubectl and Helm. */
    private boolean isEmptyPlainScalar() throws IOException {
        if (json || !parser.getText().isEmpty()) {
            return false;
        }
        int start = start();
        int end = (int) parser.currentLocation().getCharOffset();
        if (start == end) {
            return true;
        }
        int first = characters.at(start);
        int last = characters.at(end - 1);
        return (first == '&' || first == '!')
                && last != '"'
                && last != '\''; // an anchor or a tag, and nothing behind it
    }

    /** Where the current token begins, with its anchor and tag; counted in code points, as SnakeYAML does. */
    private int start() {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    /** The anchor of the value at the current token, which Jackson does not tell of all values. */
    private @Nullable String anchor() {
        int at = start();
        if (characters.at(at) == '!') {
            at = characters.skipBlanks(characters.endOfWord(at));
        }
        return characters.at(at) == '&' ? characters.text(at + 1, characters.endOfWord(at)) : null;
    }

    private ArrayNode array() throws IOException, SourceException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            push();
            array.add(value());
        }
        return array;
    }

    private ObjectNode object() throws IOException, SourceException {
        ObjectNode object = NODES.objectNode();
        List<Anchored> merges = new ArrayList<>(0);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int start = count;
            push();
            parser.nextToken();
            JsonNode value = value();
            if (key.equals("<<") && !json) {
                merges.add(new Anchored(value, Arrays.copyOfRange(positions, start + 1, count)));
                count = start;
            } else {
                object.set(key, value);
            }
        }
        for (Anchored merge : merges) {
            merge(merge, object);
        }
        return object;
    }

    /** Adds the entries that the map does not have itself; of several merged maps the earlier one counts. */
    private void merge(Anchored merge, ObjectNode into) throws SourceException {
        int at = 0;
        if (merge.node.isArray()) {
            for (JsonNode item : merge.node) {
                int size = FieldPositions.size(item);
                merge(new Anchored(item, Arrays.copyOfRange(merge.below, at + 1, at + size)), into);
                at += size;
            }
            return;
        }
        if (!merge.node.isObject()) {
            throw new SourceException(line(), "a merge key << whose value is not a map", "a map, or a list of maps");
        }
        for (Map.Entry<String, JsonNode> entry : merge.node.properties()) {
            int size = FieldPositions.size(entry.getValue());
            if (!into.has(entry.getKey())) {
                into.set(entry.getKey(), entry.getValue());
                push(merge.below, at, at + size);
            }
            at += size;
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
