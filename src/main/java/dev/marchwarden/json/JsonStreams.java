package dev.marchwarden.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * JSON token by token.
 *
 * <p>No factory interns field names ({@link JsonFactory.Feature#INTERN_FIELD_NAMES}): users choose them, and {@link String#intern} takes a
 * table of the JVM that is shared by all threads and slow to fill. 300,000 distinct names in 3 MB cost three to ten times as much with it.
 * Names are still canonicalized ({@link JsonFactory.Feature#CANONICALIZE_FIELD_NAMES}): Jackson drops a table that a single document grew
 * beyond 6,000 names, and without the table it decodes bytes into characters first, so that it no longer knows the offset of a value in
 * bytes.
 */
public final class JsonStreams {
    private static final int MAX_NESTING = 1_000;
    private static final int MAX_NUMBER_LENGTH = 1_000;
    private static final int MAX_NAME_LENGTH = 50_000;

    /**
     * What API servers send and read. A repeated field is passed on: the reader decides about it. Strings are as long as the input, which the
     * caller bounds. Kubernetes nests no deeper than the schemas of custom resources do.
     */
    public static final JsonFactory WIRE = wire().build();

    /** The same for arrays of which much is skipped, which is not read token by token ({@link SkippingParser}). */
    public static final JsonFactory SKIPPING = new SkippingFactory(wire());

    /**
     * The same without a table of names: in it a name with a byte 0xFF, which no text in UTF-8 has, can be taken for a known one without that
     * byte. For input that is not checked to be UTF-8.
     */
    public static final JsonFactory NAMES_AS_SENT =
            wire().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

    /** What people write into files and annotations. A repeated field is an error: two readers could take different ones. */
    public static final JsonFactory FILES = withoutInterning()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Writes printable ASCII only: no byte of it can move a cursor or break a line, and a text that is not valid Unicode goes out as it came
     * in.
     */
    public static final JsonFactory ASCII = withoutInterning()
            .characterEscapes(new DeleteEscape())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private JsonStreams() {}

    private static JsonFactoryBuilder wire() {
        return withoutInterning()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build());
    }

    private static JsonFactoryBuilder withoutInterning() {
        return new JsonFactoryBuilder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }

    private static final class SkippingFactory extends JsonFactory {
        private static final long serialVersionUID = 1;

        SkippingFactory(JsonFactoryBuilder settings) {
            super(settings);
        }

        /** What begins with a brace and not with a byte order mark or in UTF-16 is UTF-8. */
        @Override
        protected JsonParser _createParser(byte[] data, int offset, int length, IOContext context) throws IOException {
            if (length < 2 || data[offset] != '{' || data[offset + 1] == 0) {
                return super._createParser(data, offset, length, context);
            }
            return new SkippingParser(
                    context,
                    _parserFeatures,
                    _byteSymbolCanonicalizer.makeChildOrPlaceholder(_factoryFeatures),
                    data,
                    offset,
                    offset + length);
        }
    }

    /** JSON allows DEL unescaped, and so does Jackson. */
    private static final class DeleteEscape extends CharacterEscapes {
        private static final int DELETE = 0x7f;
        private final int[] codes = standardAsciiEscapesForJSON();

        DeleteEscape() {
            codes[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return codes; // each generator asks for them, and none changes them
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
