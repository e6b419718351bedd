package dev.marchwarden.address;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address that a DNS name is known to resolve to, because it says so itself ({@code 10.0.0.1.nip.io}) or because everybody's name
 * servers or clouds have it so ({@code localhost}, {@code metadata.google.internal}). No name server is asked.
 *
 * @param range null where the name has an address in it that cannot be told for sure
 */
public record NamedAddress(@Nullable AddressRange range) {
    /** Public zones whose names have their address in them, as nip.io and sslip.io document it. */
    private static final List<String> ADDRESS_ZONES = List.of(
            "nip.io", "sslip.io", "xip.io", "xip.name", "traefik.me", "backname.io", "plex.direct", "ip.addr.tools");

    /** Public zones whose names change between two addresses, made for tests of just that. */
    private static final List<String> CHANGING_ZONES = List.of("rbndr.us", "1u.ms", "rebind.network", "rebind.it");

    /** Public zones of which every name is the machine itself; the first by RFC 6761. */
    private static final List<String> LOOPBACK_ZONES = List.of(
            "localhost",
            "localhost.localdomain",
            "localtest.me",
            "lvh.me",
            "vcap.me",
            "lacolhost.com",
            "localho.st",
            "local.gd",
            "fuf.me",
            "smackaho.st",
            "yoogle.com",
            "127-0-0-1.org.uk");

    private static final Set<String> LOOPBACK_NAMES = Set.of("ip6-localhost", "ip6-loopback");

    /** Names of the metadata services of Google's and Amazon's clouds. */
    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal");

    private static final Map<Set<String>, String> NAMES =
            Map.of(LOOPBACK_NAMES, "127.0.0.1", METADATA_NAMES, "169.254.169.254");

    private static final Pattern QUAD =
            Pattern.compile("(?<![0-9])([0-9]{1,3})[.-]([0-9]{1,3})[.-]([0-9]{1,3})[.-]([0-9]{1,3})(?![0-9])");
    private static final Pattern HEX =
            Pattern.compile("(?<![0-9a-z])([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?![0-9a-z])");
    private static final Pattern GROUPS = Pattern.compile("(?<![0-9a-z])[0-9a-f-]*--?[0-9a-f-]*(?![0-9a-z])");

    /**
     * Null for a name of which nothing is known.
     *
     * @param name in lower case, without a dot at its end
     */
    public static @Nullable NamedAddress of(String name) {
        for (Map.Entry<Set<String>, String> names : NAMES.entrySet()) {
            if (names.getKey().contains(name)) {
                return new NamedAddress(AddressRange.parse(names.getValue()));
            }
        }
        if (isIn(LOOPBACK_ZONES, name)) {
            return new NamedAddress(AddressRange.parse("127.0.0.1"));
        }
        if (isIn(CHANGING_ZONES, name)) {
            return new NamedAddress(null);
        }
        for (String zone : ADDRESS_ZONES) {
            if (name.endsWith("." + zone)) {
                return new NamedAddress(within(name.substring(0, name.length() - zone.length() - 1)));
            }
        }
        return null;
    }

    private static boolean isIn(List<String> zones, String name) {
        for (String zone : zones) {
            if (name.endsWith(zone)
                    && (name.length() == zone.length() || name.charAt(name.length() - zone.length() - 1) == '.')) {
                return true;
            }
        }
        return false;
    }

    /** Null where there is no address in it, or more than one. */
    private static @Nullable AddressRange within(String name) {
        AddressRange quad = only(QUAD.matcher(name), 10);
        if (quad != null) {
            return quad;
        }
        AddressRange hex = only(HEX.matcher(name), 16);
        if (hex != null) {
            return hex;
        }
        Matcher groups = GROUPS.matcher(name);
        AddressRange found = null;
        while (groups.find()) {
            AddressRange ipv6 = AddressRange.parse(groups.group().replace('-', ':'));
            if (ipv6 != null && found != null) {
                return null;
            }
            found = ipv6 == null ? found : ipv6;
        }
        return found;
    }

    private static @Nullable AddressRange only(Matcher matcher, int radix) {
        AddressRange found = null;
        while (matcher.find()) {
            StringBuilder quad = new StringBuilder();
            for (int i = 1; i <= 4; i++) {
                quad.append(i == 1 ? "" : ".").append(Integer.parseInt(matcher.group(i), radix));
            }
            AddressRange address = AddressRange.parse(quad.toString());
            if (address == null || found != null) {
                return null;
            }
            found = address;
        }
        return found;
    }
}
