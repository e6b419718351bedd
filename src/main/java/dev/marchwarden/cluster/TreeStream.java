package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whole objects, as trees: for the few that are small and change seldom. */
final class TreeStream implements ObjectStream<JsonNode> {
    /** A webhook's reasons for a denial are some sentences. */
    private static final int MAX_MESSAGE = 1000;

    private final JsonParser parser;

    TreeStream(InputStream in) throws IOException {
        this.parser = JsonTrees.MAPPER.createParser(in);
    }

    record Tree(JsonNode value) implements Item<JsonNode> {
        private String text(String pointer) {
            return value.at(pointer).asText("");
        }

        @Override
        public String kind() {
            return text("/kind");
        }

        @Override
        public String resourceVersion() {
            return text("/metadata/resourceVersion");
        }

        @Override
        public String next() {
            return text("/metadata/continue");
        }

        @Override
        public List<Tree> items() {
            return value.path("items").valueStream().map(Tree::new).toList();
        }

        @Override
        public int code() {
            return value.path("code").asInt();
        }

        @Override
        public String message() {
            return Quoted.bare(text("/message"), MAX_MESSAGE);
        }
    }

    @Override
    public Tree whole() throws IOException {
        return new Tree(object());
    }

    @Override
    public @Nullable Event<JsonNode> event() throws IOException {
        JsonNode line = object();
        return line.isMissingNode() ? null : new Event<>(line.path("type").asText(), new Tree(line.path("object")));
    }

    private JsonNode object() throws IOException {
        if (parser.nextToken() == null) {
            return MissingNode.getInstance();
        }
        JsonNode read = JsonTrees.MAPPER.readTree(parser);
        if (!read.isObject()) {
            throw new IOException("the API server sent something that is no JSON object");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
