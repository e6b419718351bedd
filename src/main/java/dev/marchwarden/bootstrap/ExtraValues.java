package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.manifest.SourceParser;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Values for the istiod chart out of a file of the user's, which knows the line of each. */
public final class ExtraValues {
    private static final ObjectMapper TREES = new ObjectMapper();
    private static final int MAX_BYTES = 1 << 20;

    private final String file;
    private final ObjectNode values;
    private final Map<JsonPointer, Integer> lines;

    private ExtraValues(String file, ObjectNode values, Map<JsonPointer, Integer> lines) {
        this.file = file;
        this.values = values;
        this.lines = lines;
    }

    /** Throws {@link IOException} with a line for people where there is no map in the file, or more than one. */
    public static ExtraValues read(Path file) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (expected: a file that exists and is readable)", e);
        }
        if (content.length > MAX_BYTES) {
            throw new IOException(file + ": " + content.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try (JsonParser parser = SourceParser.of(content)) {
            parser.nextToken();
            JsonNode values = TREES.readTree(parser);
            if (!(values instanceof ObjectNode map)) {
                throw new IOException(file + ":1: no map (expected: values of the istiod chart)");
            }
            if (parser.nextToken() != null) {
                throw new IOException(file + ":" + parser.currentTokenLocation().getLineNr()
                        + ": a second document (expected: one, of values of the istiod chart)");
            }
            return new ExtraValues(file.toString(), map, lines(content));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            String message = e.getOriginalMessage().lines().findFirst().orElse("not YAML or JSON");
            throw new IOException(
                    file + ":" + line + ": " + Quoted.bare(message) + " (expected: values of the istiod chart)", e);
        }
    }

    private static Map<JsonPointer, Integer> lines(byte[] content) throws IOException {
        Map<JsonPointer, Integer> lines = new HashMap<>();
        try (JsonParser parser = SourceParser.of(content)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    lines.put(
                            parser.getParsingContext().pathAsPointer(),
                            parser.currentTokenLocation().getLineNr());
                }
            }
        }
        return lines;
    }

    ObjectNode values() {
        return values;
    }

    /** Whether a value, or one that it would be part of, stands in this file. */
    boolean speaksOf(JsonPointer path) {
        return line(path) > 0;
    }

    /** File and line of a value, or of the one that it would be part of. */
    String place(JsonPointer path) {
        return file + ":" + Math.max(1, line(path));
    }

    private int line(JsonPointer path) {
        JsonPointer at = path;
        while (at != null && !at.matches()) {
            Integer line = lines.get(at);
            if (line != null && (at.equals(path) || !values.at(at).isObject())) {
                return line;
            }
            at = at.head();
        }
        return 0;
    }
}
