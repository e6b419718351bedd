package dev.marchwarden.address;

import java.net.Inet6Address;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as 128 bits. IPv4 stands in {@code ::ffff:0:0/96}, where IPv6 maps it to: a socket of both families reaches the
 * same peer by either spelling.
 */
record IpAddress(long high, long low) {
    static final int BITS = 128;
    /** How many bits stand before those of an IPv4 address. */
    static final int IPV4_OFFSET = 96;

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String DOTTED_QUAD = "(" + OCTET + "\\.){3}" + OCTET;
    private static final Pattern IPV4 = Pattern.compile(DOTTED_QUAD);

    /** Leaves only the place of the {@code ::} open; the JDK alone would take groups and octets with leading zeros, which Go does not. */
    private static final Pattern IPV6 =
            Pattern.compile("([0-9a-fA-F]{0,4}:){2,8}([0-9a-fA-F]{0,4}|" + DOTTED_QUAD + ")");

    private static final Pattern ZERO_GROUPS = Pattern.compile("\\b0(:0)+\\b");

    /** The address, or null where Go's {@code net.ParseIP} would find none. Asks no name server. */
    static @Nullable IpAddress parse(String text) {
        if (IPV4.matcher(text).matches()) {
            long bits = 0;
            for (String octet : text.split("\\.")) {
                bits = (bits << 8) | Integer.parseInt(octet);
            }
            return ipv4(bits);
        }
        if (!IPV6.matcher(text).matches()) {
            return null;
        }
        try {
            byte[] bytes = Inet6Address.ofLiteral(text).getAddress();
            // The JDK makes four bytes of an address that maps IPv4.
            return bytes.length == 4 ? ipv4(bits(bytes, 0, 4)) : new IpAddress(bits(bytes, 0, 8), bits(bytes, 8, 16));
        } catch (IllegalArgumentException e) {
            return null; // too few or too many groups, or :: twice
        }
    }

    private static IpAddress ipv4(long bits) {
        return new IpAddress(0, (0xffffL << 32) | bits);
    }

    private static long bits(byte[] bytes, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = (bits << 8) | (bytes[i] & 0xff);
        }
        return bits;
    }

    boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** The address after this one, where that is in the same /64. */
    IpAddress next() {
        return new IpAddress(high, low + 1);
    }

    /** The same with nothing but zeros after its first bits. */
    IpAddress masked(int length) {
        return new IpAddress(high & mask(length), low & mask(length - Long.SIZE));
    }

    private static long mask(int length) {
        if (length <= 0) {
            return 0;
        }
        return length >= Long.SIZE ? -1 : -1L << (Long.SIZE - length);
    }

    /** Dotted quad, or RFC 5952: lower case, no leading zeros, {@code ::} for the first of the longest runs of zeros. */
    @Override
    public String toString() {
        if (isIpv4()) {
            return IntStream.of(24, 16, 8, 0)
                    .mapToObj(shift -> Long.toString((low >>> shift) & 0xff))
                    .collect(Collectors.joining("."));
        }
        String groups = IntStream.range(0, 8)
                .mapToObj(i -> Long.toHexString((i < 4 ? high : low) >>> (48 - 16 * (i % 4)) & 0xffff))
                .collect(Collectors.joining(":"));
        return ZERO_GROUPS
                .matcher(groups)
                .results()
                .max(Comparator.comparingInt(run -> run.group().length()))
                .map(run -> shortened(groups, run))
                .orElse(groups);
    }

    private static String shortened(String groups, MatchResult run) {
        String before = groups.substring(0, Math.max(0, run.start() - 1));
        String after = groups.substring(Math.min(groups.length(), run.end() + 1));
        return before + "::" + after;
    }
}
