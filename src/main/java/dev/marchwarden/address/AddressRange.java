package dev.marchwarden.address;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses: all that begin with the same bits. Immutable; equal where it has the same addresses, however it was spelled.
 *
 * <p>An IPv4 address and the IPv6 address that maps it ({@code ::ffff:10.1.2.3}) are one address here, so {@code ::/0} holds all of IPv4
 * too: a socket of both families reaches it that way.
 */
public final class AddressRange {
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

    /** What C's {@code inet_aton} takes for a number: decimal, octal, hexadecimal. */
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]*|[0-9]+");

    /** Resolvers read no further than to white space, and what reads ranges no further than to the slash. */
    private static final Pattern END = Pattern.compile("[\\s/]");

    /** Loopback, link-local, private (RFC 1918, RFC 4193), carrier-grade NAT (RFC 6598), unspecified. */
    private static final AddressRange[] LOCAL_USE = Stream.of(
                    "127.0.0.0/8",
                    "::1",
                    "169.254.0.0/16",
                    "fe80::/10",
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "fc00::/7",
                    "100.64.0.0/10",
                    "0.0.0.0",
                    "::")
            .map(text -> Objects.requireNonNull(parse(text), text))
            .toArray(AddressRange[]::new);

    private static final AddressRange ALL_IPV4 = Objects.requireNonNull(parse("0.0.0.0/0"));

    /**
     * Loopback, link-local, unspecified, and where clouds have their metadata service outside of these (Amazon's by IPv6, Alibaba's, Azure's).
     */
    private static final AddressRange[] MACHINE = Stream.of(
                    "127.0.0.0/8",
                    "::1",
                    "169.254.0.0/16",
                    "fe80::/10",
                    "0.0.0.0/8",
                    "::",
                    "fd00:ec2::254",
                    "100.100.100.200",
                    "168.63.129.16")
            .map(text -> Objects.requireNonNull(parse(text), text))
            .toArray(AddressRange[]::new);

    private final IpAddress first;
    private final int length;

    /** @param length how many of the 128 bits all its addresses share */
    private AddressRange(IpAddress address, int length) {
        this.first = address.masked(length);
        this.length = length;
    }

    /**
     * The range that a proxy takes this text for: {@code 10.0.0.0/8}, {@code fd00::/8}, or an address as a range of one ({@code 10.1.2.3},
     * {@code ::1}, {@code [::1]}, {@code fe80::1%eth0}, of which the zone is left out). Host bits are masked, as proxies mask them:
     * {@code 10.0.0.1/8} is {@code 10.0.0.0/8}.
     *
     * <p>Null for anything else, and no name server is ever asked. Null does not mean that the text is a name: see {@link #looksNumeric};
     * and what has a colon never is one.
     */
    public static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress address = IpAddress.parse(withoutZone(withoutBrackets(text)));
            return address == null ? null : new AddressRange(address, IpAddress.BITS);
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        if (address == null || !LENGTH.matcher(digits).matches()) {
            return null;
        }
        boolean ipv6 = text.indexOf(':') >= 0;
        int length = Integer.parseInt(digits) + (ipv6 ? 0 : IpAddress.IPV4_OFFSET);
        return length > IpAddress.BITS ? null : new AddressRange(address, length);
    }

    private static String withoutBrackets(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]") && text.indexOf(':') >= 0;
        return bracketed ? text.substring(1, text.length() - 1) : text;
    }

    /** A zone tells a machine by which of its own links to go; what can be reached is said by the address alone. */
    private static String withoutZone(String text) {
        int percent = text.indexOf('%');
        boolean zoned = percent >= 0 && percent < text.length() - 1 && text.lastIndexOf(':', percent) >= 0;
        return zoned ? text.substring(0, percent) : text;
    }

    /**
     * Whether some resolver takes the text for an IPv4 address though a proxy does not: {@code 127.1}, {@code 0x7f.1},
     * {@code 010.1.2.3}, {@code 2130706433}. Nobody can say which address is meant, for resolvers differ; and no full name looks like that,
     * for no top-level domain is a number. So numbers out of range are numeric too, and so is what follows an address and spoils it: a last
     * dot, white space, a slash with anything after it.
     */
    public static boolean looksNumeric(String text) {
        if (parse(text) != null) {
            return false;
        }
        String address = END.split(text.strip(), 2)[0];
        Matcher label = NUMBER.matcher(address);
        int start = 0;
        do {
            int dot = address.indexOf('.', start);
            int end = dot < 0 ? address.length() : dot;
            if (!label.region(start, end).matches()) {
                return false;
            }
            start = end + 1;
        } while (start < address.length());
        return true;
    }

    public boolean contains(AddressRange other) {
        return length <= other.length && other.first.masked(length).equals(first);
    }

    /** Whether any address is in both. Of two ranges that share one, the longer prefix is inside the other. */
    public boolean overlaps(AddressRange other) {
        return contains(other) || other.contains(this);
    }

    /** Whether any of its addresses belongs to a machine, a link or a private network, and so means something else from place to place. */
    public boolean isLocalUse() {
        for (AddressRange local : LOCAL_USE) {
            if (overlaps(local)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any of its addresses means the machine that connects to it, its node or the metadata service of its cloud. */
    public boolean isOfMachine() {
        for (AddressRange machine : MACHINE) {
            if (overlaps(machine)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this holds all of IPv4 or IPv6. */
    public boolean isEverything() {
        return contains(ALL_IPV4) || length == 0;
    }

    /** Whether this is the address after that of the range itself: {@code 10.96.0.1} of {@code 10.96.0.0/12}. */
    public boolean isFirstOf(AddressRange range) {
        return length == IpAddress.BITS && range.length < IpAddress.BITS && first.equals(range.first.next());
    }

    /** Whether this is the range's first address; a range that is written with another has host bits set. */
    public boolean startsAt(String address) {
        return first.equals(IpAddress.parse(address));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange that && length == that.length && first.equals(that.first);
    }

    @Override
    public int hashCode() {
        return Objects.hash(first, length);
    }

    /** Canonical: equal ranges have the same text, and {@link #parse} reads it back. A range of one is shown as the address. */
    @Override
    public String toString() {
        if (length == IpAddress.BITS) {
            return first.toString();
        }
        return first + "/" + (first.isIpv4() ? length - IpAddress.IPV4_OFFSET : length);
    }
}
