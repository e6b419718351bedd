package dev.marchwarden.admission;

import java.util.Arrays;

/**
 * The position of a value in the bytes of a review.
 *
 * @param start negative where it cannot be told
 */
record ByteRange(long start, long end) {
    /** Of a value that is not there. */
    static final ByteRange NONE = new ByteRange(0, 0);

    /** Whether both are the same; never where that cannot be told. */
    boolean isSameAs(ByteRange other, byte[] body) {
        return start >= 0
                && other.start >= 0
                && Arrays.equals(body, (int) start, (int) end, body, (int) other.start, (int) other.end);
    }
}
