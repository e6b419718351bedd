package dev.marchwarden.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Ranges as pairs of numbers, from the first address to the last: another way to the same answers. */
class AddressRangeArithmeticTest {
    private static final int ROUNDS = 20_000;
    private static final BigInteger IPV4 = BigInteger.valueOf(0xffff).shiftLeft(32);

    private final Random random = new Random(20260117);

    /** A range as its first and its last address. */
    private record Interval(BigInteger first, BigInteger last, int length) {
        static Interval around(BigInteger address, int length) {
            BigInteger size = BigInteger.ONE.shiftLeft(128 - length);
            BigInteger first = address.subtract(address.mod(size));
            return new Interval(first, first.add(size).subtract(BigInteger.ONE), length);
        }

        boolean contains(Interval other) {
            return first.compareTo(other.first) <= 0 && last.compareTo(other.last) >= 0;
        }

        boolean overlaps(Interval other) {
            return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
        }
    }

    @Test
    void comparesAsNumbersDo() {
        for (int round = 0; round < ROUNDS; round++) {
            BigInteger address = address();
            BigInteger near = random.nextBoolean() ? address : address.flipBit(random.nextInt(128));
            Interval one = Interval.around(address, length());
            Interval other = Interval.around(near, random.nextInt(4) == 0 ? one.length() : length());
            AddressRange left = range(anyAddress(one), one.length());
            AddressRange right = range(anyAddress(other), other.length());

            String both = left + " and " + right;
            assertThat(left.contains(right)).as(both).isEqualTo(one.contains(other));
            assertThat(left.overlaps(right)).as(both).isEqualTo(one.overlaps(other));
            assertThat(right.overlaps(left)).as(both).isEqualTo(one.overlaps(other));
            assertThat(left.equals(right)).as(both).isEqualTo(one.equals(other));
            assertThat(left.startsAt(text(near))).as(both).isEqualTo(one.first().equals(near));
        }
    }

    @Test
    void readsWhatItShows() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            BigInteger address = address();
            int length = length();
            AddressRange range = range(address, length);
            String shown = range.toString();

            assertThat(AddressRange.parse(shown)).isEqualTo(range);
            assertThat(AddressRange.looksNumeric(shown)).as(shown).isFalse();
            // The JDK shows an address in its own way, and reads ours.
            byte[] bytes = bytes(Interval.around(address, length).first());
            String shownAddress = shown.split("/")[0];
            assertThat(InetAddress.ofLiteral(shownAddress)).isEqualTo(InetAddress.getByAddress(bytes));
        }
    }

    /** Whatever is made of the letters of addresses is a range with a canonical text or none; and what the JDK does not read, we do not. */
    @Test
    void readsNoMoreThanTheJdk() {
        List<String> pieces =
                List.of("0", "1", "25", "255", "256", "00", "0x", "ff", "fd00", "ffff", ".", ".", ":", ":", "::");
        for (int round = 0; round < 10 * ROUNDS; round++) {
            int count = 1 + random.nextInt(15);
            List<String> chosen = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                chosen.add(pieces.get(random.nextInt(pieces.size())));
            }
            String text = String.join("", chosen);
            AddressRange range = AddressRange.parse(text);
            if (range != null) {
                assertThat(InetAddress.ofLiteral(text)).as(text).isEqualTo(InetAddress.ofLiteral(range.toString()));
                assertThat(AddressRange.looksNumeric(text)).isFalse();
            } else {
                boolean numbers = Arrays.stream(text.split("\\.", -1)).allMatch(label -> label.matches("\\d+"));
                assertThat(!numbers || AddressRange.looksNumeric(text)).as(text).isTrue();
            }
        }
    }

    /** With long runs of zeros and ones, and a third of them IPv4. */
    private BigInteger address() {
        BigInteger bits = new BigInteger(128, random);
        for (int i = random.nextInt(4); i > 0; i--) {
            BigInteger run = BigInteger.ONE
                    .shiftLeft(random.nextInt(96))
                    .subtract(BigInteger.ONE)
                    .shiftLeft(random.nextInt(128));
            bits = random.nextBoolean() ? bits.or(run) : bits.andNot(run);
        }
        bits = bits.mod(BigInteger.ONE.shiftLeft(128));
        return random.nextInt(3) == 0 ? IPV4.or(bits.mod(BigInteger.ONE.shiftLeft(32))) : bits;
    }

    private int length() {
        return random.nextInt(129);
    }

    private BigInteger anyAddress(Interval interval) {
        return interval.first().or(new BigInteger(128 - interval.length(), random));
    }

    private AddressRange range(BigInteger address, int length) {
        boolean ipv4 = address.shiftRight(32).equals(IPV4.shiftRight(32)) && length >= 96 && random.nextBoolean();
        String text = ipv4
                ? Arrays.stream(octets(address)).mapToObj(Integer::toString).collect(Collectors.joining("."))
                        + "/"
                        + (length - 96)
                : text(address) + "/" + length;
        return Objects.requireNonNull(AddressRange.parse(text), text);
    }

    private static int[] octets(BigInteger address) {
        int bits = address.intValue();
        return new int[] {bits >>> 24, (bits >>> 16) & 0xff, (bits >>> 8) & 0xff, bits & 0xff};
    }

    /** All eight groups, with nothing left out. */
    private static String text(BigInteger address) {
        String digits = "%032x".formatted(address);
        return digits.replaceAll("(.{4})(?!$)", "$1:");
    }

    private static byte[] bytes(BigInteger address) {
        byte[] bytes = new byte[16];
        byte[] significant = address.toByteArray();
        for (int i = 0; i < Math.min(16, significant.length); i++) {
            bytes[15 - i] = significant[significant.length - 1 - i];
        }
        return bytes;
    }
}
