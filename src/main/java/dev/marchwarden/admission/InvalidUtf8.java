package dev.marchwarden.admission;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for the byte 0xFF, which no text in UTF-8 has. Jackson refuses it everywhere but in names of fields: its table of names fills an
 * incomplete group of four bytes up with it, so that {@code requ\xFFest} can be taken for {@code request} once that is known.
 */
final class InvalidUtf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private InvalidUtf8() {}

    static boolean isIn(byte[] bytes) {
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, i);
            if (((~eight - ONES) & eight & HIGH_BITS) != 0) { // a byte of the complement is zero
                return true;
            }
        }
        for (; i < bytes.length; i++) {
            if (bytes[i] == (byte) 0xff) {
                return true;
            }
        }
        return false;
    }
}
