package dev.marchwarden.cluster;

import dev.marchwarden.text.DnsName;
import dev.marchwarden.text.Quoted;
import java.util.regex.Pattern;

/** Where an object is that lives in a namespace. */
public record NamespacedName(String namespace, String name) {
    private static final String LABEL = DnsName.LABEL;
    private static final Pattern TEXT = Pattern.compile(LABEL + "/" + LABEL + "(\\." + LABEL + ")*");
    private static final int MAX_NAME = 253;

    /** @throws IllegalArgumentException if the text is not {@code NAMESPACE/NAME} */
    public static NamespacedName parse(String text) {
        int slash = text.indexOf('/');
        if (!TEXT.matcher(text).matches() || text.length() - slash - 1 > MAX_NAME) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is no object in a namespace (expected: NAMESPACE/NAME)");
        }
        return new NamespacedName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
