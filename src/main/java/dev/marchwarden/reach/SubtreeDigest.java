package dev.marchwarden.reach;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Stands for a subtree that is not kept: equal for equal ones, and nobody finds two different ones with the same. The order of fields
 * counts, which the API server keeps as it is.
 */
final class SubtreeDigest {
    /** 128 bits: enough against collisions that somebody looks for, short enough for a message. */
    private static final int LENGTH = 16;

    private static final String MARK = "sha256:";
    private static final byte[] NO_TEXT = {};

    private SubtreeDigest() {}

    /** Whether this looks like one; a text of an object that does is none the worse for it. */
    static boolean is(String value) {
        return value.startsWith(MARK);
    }

    /** Reads the value at hand to its end. */
    static String of(JsonParser parser) throws IOException {
        MessageDigest digest = sha256();
        Tokens tokens = new Tokens(digest);
        int open = 0;
        do {
            JsonToken token = parser.currentToken();
            boolean structure = token.isStructStart() || token.isStructEnd();
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            tokens.add((byte) token.id(), structure ? NO_TEXT : parser.getText().getBytes(StandardCharsets.UTF_8));
        } while (open > 0 && parser.nextToken() != null);
        tokens.flush();
        return spelled(digest);
    }

    /** Collects tokens, for a call of the digest costs more than the few bytes of most tokens. */
    private static final class Tokens {
        private final MessageDigest digest;
        private final ByteBuffer collected = ByteBuffer.allocate(4 << 10);

        Tokens(MessageDigest digest) {
            this.digest = digest;
        }

        /** Kind and length first, so that no text can pose as the tokens around it. */
        void add(byte kind, byte[] text) {
            if (collected.remaining() < 1 + Integer.BYTES + text.length) {
                flush();
            }
            collected.put(kind).putInt(text.length);
            if (text.length <= collected.remaining()) {
                collected.put(text);
            } else {
                flush();
                digest.update(text);
            }
        }

        void flush() {
            digest.update(collected.flip());
            collected.clear();
        }
    }

    static String of(String text) {
        MessageDigest digest = sha256();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return spelled(digest);
    }

    private static String spelled(MessageDigest digest) {
        return MARK + HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JRE has SHA-256", e);
        }
    }
}
