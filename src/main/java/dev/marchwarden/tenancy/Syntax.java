package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.text.DnsName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a string in the tenancy file must look like.
 *
 * @param accepts whether a string does
 * @param description what is expected, for messages
 */
record Syntax(Predicate<String> accepts, String description) {
    private static final String LABEL = DnsName.LABEL;
    private static final String NAME = LABEL + "(\\." + LABEL + ")*";

    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    static final Syntax ANY_TEXT = new Syntax(text -> !text.isBlank(), "some text");

    /** Names are compared letter by letter: a pattern would match nobody. */
    static final Syntax SUBJECT = new Syntax(
            text -> !text.isBlank() && text.indexOf('*') < 0, "an exact name; patterns with \"*\" are not supported");

    /** RFC 1123, as Kubernetes has it for namespaces. */
    static final Syntax DNS_LABEL =
            matching(LABEL, 63, "a DNS label: at most 63 lower-case letters, digits and inner \"-\"");

    /** The Service {@code istiod-REVISION} has a DNS label for a name too (istio: operator/pkg/apis/validation). */
    static final Syntax REVISION = matching(
            LABEL,
            56,
            "at most 56 lower-case letters, digits and inner \"-\": it is part of the name of the Service istiod-REVISION");

    static final Syntax DNS_NAME = matching(NAME, 253, "a DNS name: DNS labels with dots between them");

    static final Syntax EXTERNAL_HOST =
            matching("(\\*\\.)?" + NAME, 253, "a DNS name, \"*.\" allowed in front, for example \"*.example.com\"");

    /** With its length, for an address without one is a range of one address, and hardly meant to be. */
    static final Syntax CIDR = new Syntax(
            text -> text.indexOf('/') >= 0 && AddressRange.parse(text) != null,
            "a range in CIDR notation, for example \"10.244.0.0/16\" or \"fd00:10:244::/56\"");

    static final Syntax ADDRESS_OR_RANGE = new Syntax(
            text -> text.indexOf('[') < 0 && text.indexOf('%') < 0 && AddressRange.parse(text) != null,
            "an address or a range in CIDR notation, for example \"10.96.0.1\" or \"10.0.0.0/28\"");

    static final Syntax PORT = new Syntax(
            text -> ServicePort.parse(text) != null,
            "a port and its protocol, for example \"443/TLS\" or \"4317/GRPC\"");

    /** With its API group where two groups have a kind of that name. */
    static final Syntax KIND = matching(
            "[A-Z][A-Za-z0-9]{0,62}(\\." + NAME + ")?",
            253,
            "a kind, for example \"PeerAuthentication\" or \"Gateway.networking.istio.io\"");

    static final Syntax FIELD =
            matching("[!-~]+", 500, "the path of a field as a denial names it, for example \"spec.mtls.mode\"");

    static final Syntax REMARK =
            new Syntax(text -> !text.isBlank() && text.length() <= 500, "a text of at most 500 characters");

    static final Syntax END =
            new Syntax(text -> end(text) != null, "a date or a time, for example 2026-12-31 or 2026-12-31T18:00:00Z");

    /** A label that istiod or Kubernetes gives a meaning of its own cannot tell usergroups apart. */
    static final Syntax USERGROUP_LABEL = new Syntax(
            key -> key.length() <= 253 + 1 + 63
                    && Pattern.matches("(" + NAME + "/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", key)
                    && !key.startsWith("istio.io/")
                    && !key.endsWith(".istio.io")
                    && !key.contains(".istio.io/")
                    && !key.equals("istio-injection")
                    && !key.startsWith("kubernetes.io/")
                    && !key.contains(".kubernetes.io/"),
            "a label key of your own, for example \"usergroup\" or \"example.com/usergroup\"");

    /** The name of a Service. */
    static Syntax service(String clusterDomain) {
        return matching(
                LABEL + "\\." + LABEL + "\\.svc(\\." + Pattern.quote(clusterDomain) + ")?",
                253,
                "a Service as NAME.NAMESPACE.svc, for example \"kubernetes.default.svc\"");
    }

    /** The first instant after a date (in UTC) or the instant itself; null for any other text. */
    static @Nullable Instant end(String text) {
        if (!DATE.matcher(text).lookingAt()) {
            return null; // the parsers below take years of nine digits too
        }
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Syntax matching(String pattern, int maxLength, String description) {
        Predicate<String> matches = Pattern.compile(pattern).asMatchPredicate();
        return new Syntax(text -> text.length() <= maxLength && matches.test(text), description);
    }
}
