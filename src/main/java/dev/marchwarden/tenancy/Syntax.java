package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a string in the tenancy file must look like.
 *
 * @param accepts whether a string does
 * @param description what is expected, for messages
 */
record Syntax(Predicate<String> accepts, String description) {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final String NAME = LABEL + "(\\." + LABEL + ")*";

    static final Syntax ANY_TEXT = new Syntax(text -> !text.isBlank(), "some text");

    /** RFC 1123, as Kubernetes has it for namespaces. */
    static final Syntax DNS_LABEL =
            matching(LABEL, 63, "a DNS label: at most 63 lower-case letters, digits and inner \"-\"");

    /** The Service {@code istiod-REVISION} has a DNS label for a name too (istio: operator/pkg/apis/validation). */
    static final Syntax REVISION = matching(
            LABEL, 56, "at most 56 lower-case letters, digits and inner \"-\": the Service istiod-REVISION bears it");

    static final Syntax DNS_NAME = matching(NAME, 253, "a DNS name: DNS labels with dots between them");

    static final Syntax EXTERNAL_HOST =
            matching("(\\*\\.)?" + NAME, 253, "a DNS name, \"*.\" allowed in front, for example \"*.example.com\"");

    /** With its length, for an address without one is a range of one address, and hardly meant to be. */
    static final Syntax CIDR = new Syntax(
            text -> text.indexOf('/') >= 0 && AddressRange.parse(text) != null,
            "a range in CIDR notation, for example \"10.244.0.0/16\" or \"fd00:10:244::/56\"");

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

    private static Syntax matching(String pattern, int maxLength, String description) {
        Predicate<String> matches = Pattern.compile(pattern).asMatchPredicate();
        return new Syntax(text -> text.length() <= maxLength && matches.test(text), description);
    }
}
