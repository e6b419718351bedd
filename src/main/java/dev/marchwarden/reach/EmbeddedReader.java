package dev.marchwarden.reach;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.json.Yaml;
import dev.marchwarden.reach.Embedded.Fields;
import dev.marchwarden.reach.Embedded.Items;
import dev.marchwarden.reach.Embedded.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link Embedded} values, event by event. */
final class EmbeddedReader {
    private static final String MERGE_KEY = "<<";

    private final JsonParser parser;

    private EmbeddedReader(JsonParser parser) {
        this.parser = parser;
    }

    static @Nullable Fields json(String text) {
        return read(JsonStreams.FILES, text);
    }

    static @Nullable Fields yaml(String text) {
        return read(Yaml.FILES, text);
    }

    private static @Nullable Fields read(JsonFactory format, String text) {
        try (JsonParser parser = format.createParser(text)) {
            JsonToken first = parser.nextToken();
            boolean nothing = first == null || first == JsonToken.VALUE_NULL;
            if (nothing && !(parser instanceof YAMLParser)) {
                return null;
            }
            Embedded value = nothing ? new Fields(Map.of()) : new EmbeddedReader(parser).value(0);
            return value instanceof Fields fields && parser.nextToken() == null ? fields : null;
        } catch (IOException | RuntimeException e) {
            return null; // SnakeYAML throws both, and what is wrong with it makes no difference
        }
    }

    private Embedded value(int depth) throws IOException {
        if (depth >= Embedded.MAX_DEPTH) {
            throw new IOException("too deep");
        }
        if (parser instanceof YAMLParser yaml && (yaml.isCurrentAlias() || yaml.getTypeId() != null)) {
            throw new IOException("an alias or a tag");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(depth);
            case START_ARRAY -> items(depth);
            default -> new Text(parser.getText());
        };
    }

    private Fields fields(int depth) throws IOException {
        Map<String, Embedded> fields = new LinkedHashMap<>();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            if (name.equals(MERGE_KEY)) {
                throw new IOException("a merge key");
            }
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                fields.put(name, value(depth + 1));
            }
        }
        return new Fields(fields);
    }

    private Items items(int depth) throws IOException {
        List<Embedded> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(depth + 1));
        }
        return new Items(items);
    }
}
