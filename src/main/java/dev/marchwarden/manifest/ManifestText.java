package dev.marchwarden.manifest;

import dev.marchwarden.json.YamlProblem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a YAML or JSON file: UTF-8, or UTF-16 with a byte order mark, as YAML 1.2 (section 5.2) and kubectl accept. A file
 * with other characters than YAML allows (section 5.1) is refused with the line, because it is not text.
 */
final class ManifestText {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private ManifestText() {}

    static String decode(byte[] content) throws SourceException {
        CharBuffer chars = CharBuffer.allocate(content.length);
        Charset charset = charset(content);
        boolean malformed = charset.newDecoder()
                .decode(ByteBuffer.wrap(content), chars, true)
                .isError();
        chars.flip();
        if (!chars.isEmpty() && chars.get(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        String text = chars.toString();
        for (int i = 0; i < text.length(); i++) {
            if (!isText(text.charAt(i))) {
                throw new SourceException(
                        lines(text, i), "the character U+%04X".formatted((int) text.charAt(i)), YamlProblem.TEXT);
            }
        }
        if (malformed) {
            throw new SourceException(lines(text, text.length()), "a byte that is not " + charset, YamlProblem.TEXT);
        }
        return text;
    }

    private static Charset charset(byte[] content) {
        int mark = content.length < 2 ? 0 : (content[0] & 0xFF) << 8 | (content[1] & 0xFF);
        return switch (mark) {
            case 0xFEFF -> StandardCharsets.UTF_16BE;
            case 0xFFFE -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_8;
        };
    }

    /** Surrogates are in pairs: the decoder sees to that. */
    private static boolean isText(char c) {
        return c >= ' '
                ? c != 0x7F && (c < 0x80 || c >= 0xA0 || c == 0x85) && c < 0xFFFE
                : c == '\t' || c == '\n' || c == '\r';
    }

    /** The line of a character, from 1. */
    private static int lines(String text, int end) {
        return 1 + (int) text.chars().limit(end).filter(c -> c == '\n').count();
    }
}
