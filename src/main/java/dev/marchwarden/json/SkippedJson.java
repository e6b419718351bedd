package dev.marchwarden.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where a value of JSON ends, byte by byte and without a copy of any of it. It holds the value to the grammar as Jackson does, so
 * that nothing is skipped that Jackson would refuse: commas and colons, brackets that match, strings with their escapes and their UTF-8,
 * numbers, and Jackson's limits. It does not know a line break outside of a string or half of a surrogate pair: of these, as of all that
 * is wrong, it says {@link #UNKNOWN}, and Jackson has to read the value.
 */
final class SkippedJson {
    /** Instead of a position: this value is not for us. */
    static final int UNKNOWN = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /** As many levels as a number has bits to tell objects from lists; below them begins another number. */
    private static final int LEVELS_AT_ONCE = Long.SIZE;

    /** The least character that takes a byte and so many more. */
    private static final int[] LEAST = {0, 0x80, 0x800, 0x10000};

    private final byte[] bytes;
    private final int end;
    private final int maxName;
    private final int maxNumber;

    SkippedJson(byte[] bytes, int end, int maxName, int maxNumber) {
        this.bytes = bytes;
        this.end = end;
        this.maxName = maxName;
        this.maxNumber = maxNumber;
    }

    /**
     * Where the object or list ends whose first bracket is just before that position.
     *
     * @param levels how many it may open, itself included
     */
    int nested(int start, boolean object, int levels) {
        int at = start;
        int depth = 1;
        long objects = object ? 1 : 0; // the lowest bit is about the innermost level
        boolean empty = true;
        while (true) {
            at = blanks(at);
            if (!empty || byteAt(at) != close(objects)) {
                if ((objects & 1) != 0) {
                    at = name(at);
                    if (at < 0) {
                        return UNKNOWN;
                    }
                }
                byte first = byteAt(at);
                if (first == '{' || first == '[') {
                    if (depth == levels) {
                        return UNKNOWN;
                    }
                    if (depth < LEVELS_AT_ONCE) {
                        objects = (objects << 1) | (first == '{' ? 1 : 0);
                        depth++;
                        at++;
                        empty = true;
                        continue;
                    }
                    at = nested(at + 1, first == '{', levels - depth);
                } else {
                    at = scalar(at, first);
                }
                if (at < 0) {
                    return UNKNOWN;
                }
                at = blanks(at);
            }
            while (byteAt(at) == close(objects)) {
                at++;
                if (--depth == 0) {
                    return at;
                }
                objects >>>= 1;
                at = blanks(at);
            }
            if (byteAt(at) != ',') {
                return UNKNOWN;
            }
            at++;
            empty = false;
        }
    }

    /** Where the string ends whose first quote is just before that position. */
    int string(int start) {
        int at = start;
        while (at <= end - Long.BYTES) {
            long odd = odd((long) LONGS.get(bytes, at));
            at += Long.numberOfTrailingZeros(odd) >>> 3; // all eight, if there is none
            if (odd != 0) {
                if (bytes[at] == '"') {
                    return at + 1;
                }
                at = character(at);
                if (at < 0) {
                    return UNKNOWN;
                }
            }
        }
        while (at < end) {
            byte next = bytes[at];
            if (next == '"') {
                return at + 1;
            }
            at = next >= ' ' && next != '\\' ? at + 1 : character(at);
            if (at < 0) {
                return UNKNOWN;
            }
        }
        return UNKNOWN;
    }

    /** Marks, by its highest bit, the first of eight bytes that is a quote, a backslash, a control character or none of ASCII. */
    private static long odd(long eight) {
        long quote = (eight ^ ('"' * ONES)) - ONES;
        long backslash = (eight ^ ('\\' * ONES)) - ONES;
        long control = eight - (' ' * ONES);
        return (quote | backslash | control | eight) & HIGH_BITS;
    }

    /** Where the value of a field begins whose name begins at that position. */
    private int name(int at) {
        if (byteAt(at) != '"') {
            return UNKNOWN;
        }
        int behind = string(at + 1);
        if (behind < 0 || behind - at > maxName) {
            return UNKNOWN;
        }
        int colon = blanks(behind);
        return byteAt(colon) == ':' ? blanks(colon + 1) : UNKNOWN;
    }

    private int scalar(int at, byte first) {
        return switch (first) {
            case '"' -> string(at + 1);
            case 't' -> word(at, "true");
            case 'f' -> word(at, "false");
            case 'n' -> word(at, "null");
            default -> number(at);
        };
    }

    /** An escape, or a character of more than one byte. */
    private int character(int at) {
        byte first = bytes[at];
        if (first == '\\') {
            return switch (byteAt(at + 1)) {
                case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
                case 'u' -> escaped(at + 2);
                default -> UNKNOWN;
            };
        }
        if (first >= 0) {
            return UNKNOWN; // a control character
        }
        int more = (first & 0xe0) == 0xc0 ? 1 : (first & 0xf0) == 0xe0 ? 2 : (first & 0xf8) == 0xf0 ? 3 : 0;
        int character = first & (0x3f >> more);
        for (int i = 1; i <= more; i++) {
            byte next = byteAt(at + i);
            if ((next & 0xc0) != 0x80) {
                return UNKNOWN;
            }
            character = (character << 6) | (next & 0x3f);
        }
        return more == 0 || character < LEAST[more] || character > Character.MAX_CODE_POINT || isSurrogate(character)
                ? UNKNOWN
                : at + 1 + more;
    }

    private static boolean isSurrogate(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    private int escaped(int at) {
        int character = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(byteAt(at + i), 16);
            if (digit < 0) {
                return UNKNOWN;
            }
            character = (character << 4) | digit;
        }
        return isSurrogate(character) ? UNKNOWN : at + 4;
    }

    private int word(int at, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (byteAt(at + i) != word.charAt(i)) {
                return UNKNOWN;
            }
        }
        return at + word.length();
    }

    private int number(int start) {
        int at = byteAt(start) == '-' ? start + 1 : start;
        at = byteAt(at) == '0' ? at + 1 : digits(at);
        if (at >= 0 && byteAt(at) == '.') {
            at = digits(at + 1);
        }
        if (at >= 0 && (byteAt(at) == 'e' || byteAt(at) == 'E')) {
            boolean signed = byteAt(at + 1) == '-' || byteAt(at + 1) == '+';
            at = digits(signed ? at + 2 : at + 1);
        }
        return at - start > maxNumber ? UNKNOWN : at;
    }

    /** At least one. */
    private int digits(int start) {
        int at = start;
        while (byteAt(at) >= '0' && byteAt(at) <= '9') {
            at++;
        }
        return at == start ? UNKNOWN : at;
    }

    private int blanks(int start) {
        int at = start;
        while (byteAt(at) == ' ' || byteAt(at) == '\t') {
            at++;
        }
        return at;
    }

    /** 0, which stands nowhere in JSON, behind the end. */
    private byte byteAt(int at) {
        return at < end ? bytes[at] : 0;
    }

    private static byte close(long objects) {
        return (byte) ((objects & 1) != 0 ? '}' : ']');
    }
}
