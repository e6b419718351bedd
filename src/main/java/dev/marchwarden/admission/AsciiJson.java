package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import org.jspecify.annotations.Nullable;

/**
 * JSON of printable ASCII and nothing else, whatever it says: no byte of it can move a cursor or break a line, and even a text that is no
 * valid Unicode goes out as it came in.
 */
final class AsciiJson {
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .characterEscapes(new DeleteEscape())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private AsciiJson() {}

    /** JSON lets DEL stand for itself, and so does Jackson. */
    private static final class DeleteEscape extends CharacterEscapes {
        private static final int DELETE = 0x7f;
        private final int[] codes = standardAsciiEscapesForJSON();

        DeleteEscape() {
            codes[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return codes.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
