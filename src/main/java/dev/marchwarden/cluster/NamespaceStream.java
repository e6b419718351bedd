package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Namespaces as the API server sends them, one or a list or a watch: of each its name, guarded labels and whether it is terminating. */
final class NamespaceStream implements ObjectStream<NamespaceState> {
    static final ListWatch.Subject ALL = new ListWatch.Subject("/api/v1/namespaces", "", "NamespaceList", "namespaces");

    /**
     * An object of the API, as far as anybody here asks.
     *
     * @param kind empty for the items of a list
     * @param next of a list: where it goes on; empty at its end
     * @param code of a Status: the HTTP code that it stands for; 0 for anything else
     */
    record Found(
            String kind,
            String name,
            Map<String, String> labels,
            boolean terminating,
            String resourceVersion,
            String next,
            List<Found> items,
            int code,
            String message)
            implements Item<NamespaceState> {
        @Override
        public NamespaceState value() throws IOException {
            if (name.isEmpty()) {
                throw new IOException("a namespace has no name");
            }
            return new NamespaceState(name, labels, terminating);
        }

        boolean isStatus() {
            return kind.equals("Status");
        }
    }

    private final JsonParser parser;
    private final Set<String> guarded;

    NamespaceStream(InputStream in, Set<String> guarded) throws IOException {
        this.parser = JsonStreams.NAMES_AS_SENT.createParser(in);
        this.guarded = guarded;
    }

    @Override
    public Found whole() throws IOException {
        parser.nextToken();
        Found item = item();
        if (parser.nextToken() != null) {
            throw new IOException("something follows the object");
        }
        return item;
    }

    @Override
    public @Nullable Event<NamespaceState> event() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            return null;
        }
        String type = "";
        Found object = null;
        requireObject();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "type" -> type = text();
                case "object" -> object = item();
                default -> parser.skipChildren();
            }
        }
        if (object == null) {
            throw new IOException("a watch event has no object");
        }
        return new Event<>(type, object);
    }

    private void requireObject() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("the API server sent something that is no JSON object");
        }
    }

    /** Whether there is something to read; null counts as nothing, as it does for the API server. */
    private boolean begins(JsonToken expected) throws IOException {
        if (parser.currentToken() != expected && parser.currentToken() != JsonToken.VALUE_NULL) {
            throw new IOException("the API server sent something that is no "
                    + (expected == JsonToken.START_ARRAY ? "list" : "JSON object") + " as " + parser.currentName());
        }
        return parser.currentToken() == expected;
    }

    private Found item() throws IOException {
        requireObject();
        String kind = "";
        int code = 0;
        String message = "";
        Metadata metadata = new Metadata();
        List<Found> items = new ArrayList<>();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "kind" -> kind = text();
                case "code" -> {
                    code = parser.getValueAsInt();
                    parser.skipChildren();
                }
                case "message" -> message = text();
                case "metadata" -> metadata(metadata);
                case "items" -> {
                    if (begins(JsonToken.START_ARRAY)) {
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            items.add(item());
                        }
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return new Found(
                kind,
                metadata.name,
                metadata.labels,
                metadata.terminating,
                metadata.resourceVersion,
                metadata.next,
                items,
                code,
                Quoted.bare(message));
    }

    private static final class Metadata {
        private String name = "";
        private String resourceVersion = "";
        private String next = "";
        private boolean terminating;
        private final Map<String, String> labels = new HashMap<>();
    }

    private void metadata(Metadata into) throws IOException {
        if (!begins(JsonToken.START_OBJECT)) {
            return;
        }
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "name" -> into.name = text();
                case "resourceVersion" -> into.resourceVersion = text();
                case "continue" -> into.next = text();
                case "deletionTimestamp" -> {
                    into.terminating = value != JsonToken.VALUE_NULL;
                    parser.skipChildren();
                }
                case "labels" -> labels(into.labels);
                default -> parser.skipChildren();
            }
        }
    }

    private void labels(Map<String, String> into) throws IOException {
        if (!begins(JsonToken.START_OBJECT)) {
            return;
        }
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            if (guarded.contains(key)) {
                into.put(key, text());
            } else {
                parser.skipChildren();
            }
        }
    }

    /** The string at hand; null counts as an empty one, as it does for the API server. */
    private String text() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new IOException("the API server sent something that is no string as " + parser.currentName());
        }
        return parser.getText();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
