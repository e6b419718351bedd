package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.reach.ReachReader;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks over fields of expected types. A value of another type does not stop the walk (there may be a uid further on): it is skipped and
 * remembered as {@link #problem}, which makes the whole review undecidable. So does a field that is given twice: the API server never
 * does that, and whoever does may count on two readers taking different ones.
 */
final class FieldReader {
    /** No name, label, annotation or user that is kept comes near it. */
    private static final int MAX_TEXT = 16 << 10;

    private final JsonParser parser;
    private final Set<String> read = HashSet.newHashSet(24);
    private @Nullable String problem;

    FieldReader(JsonParser parser) {
        this.parser = parser;
    }

    interface FieldConsumer {
        void accept(String field) throws IOException;
    }

    interface ItemConsumer {
        void accept() throws IOException;
    }

    /** The first thing that was not as it must be, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Remembers that something is not as it must be. */
    void problem(String path, String what) {
        if (problem == null) {
            problem = Quoted.bare(path) + " is " + what;
        }
    }

    /** To be called for a field that is read otherwise than by the methods below. */
    void once(String path) {
        if (!read.add(path)) {
            problem(path, "given twice");
        }
    }

    boolean atObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /** Calls for each field of the object at hand with its value current; null counts as an object without fields. */
    void eachField(String path, FieldConsumer consumer) throws IOException {
        once(path);
        if (!atObject()) {
            other(path, "an object");
            return;
        }
        String field;
        while ((field = parser.nextFieldName()) != null) {
            parser.nextToken();
            consumer.accept(field);
        }
    }

    /** Calls for each item of the list at hand, which has at most so many; null counts as an empty list. */
    void eachItem(String path, int most, ItemConsumer consumer) throws IOException {
        once(path);
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            other(path, "a list");
            return;
        }
        for (int count = 0; parser.nextToken() != JsonToken.END_ARRAY; count++) {
            if (count < most) {
                consumer.accept();
            } else {
                problem(path, "longer than " + most);
                skip();
            }
        }
    }

    /** The string at hand; null counts as an empty one, as it does for the API server. */
    String text(String path) throws IOException {
        once(path);
        return item(path);
    }

    /**
     * The string under a key of a map with any keys, of which the caller knows those that were there before. Makes no path unless something
     * is wrong.
     */
    String entry(String map, String key, boolean again) throws IOException {
        if (again) {
            problem(map + "[" + key + "]", "given twice");
        }
        return isText() ? parser.getText() : item(map + "[" + key + "]");
    }

    /** The same, but null for a string that is longer than any that is kept: who wants it says what is wrong with that. */
    @Nullable
    String entryIfShort(String map, String key, boolean again) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING && !isText() ? null : entry(map, key, again);
    }

    /** The same for a string of a list. */
    String item(String path) throws IOException {
        if (isText()) {
            return parser.getText();
        }
        other(path, "a string of at most " + MAX_TEXT + " characters");
        return "";
    }

    private boolean isText() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_STRING && parser.getTextLength() <= MAX_TEXT;
    }

    /** Lets somebody else read the value at hand, which is that of a field of an object. */
    void read(String field, ReachReader reader) throws IOException {
        reader.field(field, parser);
    }

    /** Where the value at hand begins, in bytes of the body; negative where that cannot be told. */
    long start() {
        return parser.currentTokenLocation().getByteOffset();
    }

    /** Where what has been read ends. */
    long end() {
        return parser.currentLocation().getByteOffset();
    }

    boolean flag(String path) throws IOException {
        once(path);
        if (parser.currentToken().isBoolean()) {
            return parser.getBooleanValue();
        }
        other(path, "true or false");
        return false;
    }

    boolean atNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    private void other(String path, String expected) throws IOException {
        if (!atNull()) {
            problem(path, "not " + expected);
        }
        skip();
    }
}
