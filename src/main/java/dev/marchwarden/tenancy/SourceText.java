package dev.marchwarden.tenancy;

import dev.marchwarden.json.YamlProblem;
import dev.marchwarden.tenancy.SourceTree.SyntaxException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.reader.StreamReader;

/** The characters of a YAML file: UTF-8, and none that YAML leaves out. */
final class SourceText {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private SourceText() {}

    static String decode(byte[] document) throws SyntaxException {
        ByteBuffer bytes = ByteBuffer.wrap(document);
        CharBuffer chars = CharBuffer.allocate(document.length); // UTF-8 has no fewer bytes than UTF-16 has chars
        boolean malformed =
                StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, true).isError();
        chars.flip();
        if (malformed) {
            throw new SyntaxException(lines(chars), "a byte that is not UTF-8", YamlProblem.TEXT);
        }
        if (!chars.isEmpty() && chars.get(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        String text = chars.toString();
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            int c = text.codePointAt(i);
            if (!StreamReader.isPrintable(c)) {
                throw new SyntaxException(
                        lines(text.substring(0, i)), "the character U+%04X".formatted(c), YamlProblem.TEXT);
            }
        }
        return text;
    }

    /** How many lines a text has so far. */
    private static int lines(CharSequence text) {
        return 1 + (int) text.chars().filter(c -> c == '\n').count();
    }
}
