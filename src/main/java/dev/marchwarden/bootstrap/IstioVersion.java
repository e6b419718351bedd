package dev.marchwarden.bootstrap;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of Istio.
 *
 * @param preRelease what follows the hyphen, as in {@code 1.31.0-rc.0}; empty for a release proper
 */
public record IstioVersion(int major, int minor, int patch, String preRelease) implements Comparable<IstioVersion> {
    /** The newest stable one whose charts and whose fields ({@code test-fixtures/fields}) this was written against. */
    public static final IstioVersion DEFAULT = new IstioVersion(1, 30, 3, "");

    /** What a version looks like, for messages. */
    public static final String EXPECTED = "a version such as " + DEFAULT;

    private static final Pattern SYNTAX =
            Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?:-([0-9A-Za-z][0-9A-Za-z.-]{0,40}))?");

    /** From here on istiod reads no configuration of namespaces that its discoverySelectors leave out (enable-enhanced-scope). */
    private static final IstioVersion SCOPED = new IstioVersion(1, 22, 0, "");

    private static final Comparator<IstioVersion> BY_NUMBER = Comparator.comparingInt(IstioVersion::major)
            .thenComparingInt(IstioVersion::minor)
            .thenComparingInt(IstioVersion::patch);

    public static Optional<IstioVersion> parse(String text) {
        Matcher parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(new IstioVersion(
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                parts.group(4) == null ? "" : parts.group(4)));
    }

    /** Whether its control planes keep to their discoverySelectors for configuration too, not only for Services. */
    public boolean keepsToItsNamespaces() {
        return BY_NUMBER.compare(this, SCOPED) >= 0;
    }

    /** A release comes after its own pre-releases; those are in the order of their letters. */
    @Override
    public int compareTo(IstioVersion other) {
        int byNumber = BY_NUMBER.compare(this, other);
        if (byNumber != 0 || preRelease.equals(other.preRelease)) {
            return byNumber;
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        return preRelease.compareTo(other.preRelease);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }
}
