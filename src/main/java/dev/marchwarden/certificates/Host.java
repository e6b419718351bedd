package dev.marchwarden.certificates;

import dev.marchwarden.text.DnsName;
import dev.marchwarden.text.Quoted;
import java.net.Inet6Address;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What a serving certificate is valid for: a DNS name, the first label of which may be {@code *}, or an IP address.
 *
 * @param text as in a URL, but for the brackets of an IPv6 address; DNS names in lower case
 * @param subjectAlternativeName the same as the certificate has it
 */
record Host(String text, GeneralName subjectAlternativeName) {
    private static final String EXPECTED =
            "(expected: a DNS name, \"*.\" allowed in front, or an IPv4 or IPv6 address)";
    private static final int MAX_NAME = 253;

    private static final String LABEL = DnsName.LABEL;

    /** A last label of digits alone is a mistyped address, never a top-level domain (RFC 3696, section 2). */
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?(" + LABEL + "\\.)*(?!\\d+$)" + LABEL);

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);

    /** Neither brackets nor a zone: the first belong to a URL and the second means nothing on another machine. */
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** @throws IllegalArgumentException if the text is no host */
    static Host of(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.length() <= MAX_NAME && NAME.matcher(name).matches()) {
            return new Host(name, new GeneralName(GeneralName.dNSName, name));
        }
        byte[] address = address(text)
                .orElseThrow(() -> new IllegalArgumentException("host " + Quoted.of(text) + " is no host " + EXPECTED));
        return new Host(text, new GeneralName(GeneralName.iPAddress, new DEROctetString(address)));
    }

    /** In their order, each once. */
    static List<Host> allOf(Collection<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("no host " + EXPECTED);
        }
        return texts.stream().map(Host::of).distinct().toList();
    }

    /** Never asks a name server: only literals are looked at. */
    private static Optional<byte[]> address(String text) {
        if (IPV4.matcher(text).matches()) {
            byte[] address = new byte[4];
            int at = 0;
            for (String octet : text.split("\\.")) {
                address[at++] = (byte) Integer.parseInt(octet);
            }
            return Optional.of(address);
        }
        if (!IPV6_CHARACTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Inet6Address.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
