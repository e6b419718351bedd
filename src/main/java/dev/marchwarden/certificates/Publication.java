package dev.marchwarden.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The authorities in the webhook configurations, which API servers trust or will trust.
 *
 * @param bundles the caBundle of each webhook; one that cannot be read is empty, for no API server can read it either. No bundles where
 *     there is no configuration
 */
public record Publication(List<Set<X509Certificate>> bundles) {
    public Publication {
        bundles = List.copyOf(bundles);
    }

    /** @param caBundles PEM, one for each webhook; empty where it has none */
    public static Publication of(Collection<byte[]> caBundles) {
        return new Publication(caBundles.stream().map(Publication::parse).toList());
    }

    private static Set<X509Certificate> parse(byte[] caBundle) {
        try {
            return new LinkedHashSet<>(new PemText(caBundle, "caBundle").authorities());
        } catch (UnusableCertificateException e) {
            return Set.of();
        }
    }

    /** Whether every webhook carries exactly these, in whatever order. */
    boolean isExactly(Collection<X509Certificate> authorities) {
        Set<X509Certificate> wanted = Set.copyOf(authorities);
        return bundles.stream().allMatch(wanted::equals);
    }

    /** Whether every webhook carries at least these; so where there is none. */
    public boolean hasAll(Collection<X509Certificate> authorities) {
        return bundles.stream().allMatch(bundle -> bundle.containsAll(authorities));
    }

    /** What all webhooks carry; nothing where there is none. */
    public Set<X509Certificate> common() {
        Set<X509Certificate> common =
                bundles.isEmpty() ? new LinkedHashSet<>() : new LinkedHashSet<>(bundles.getFirst());
        bundles.forEach(common::retainAll);
        return common;
    }

    /** All that any webhook carries and that can still be used. */
    Set<X509Certificate> valid(Instant now) {
        Set<X509Certificate> valid = new LinkedHashSet<>();
        bundles.forEach(valid::addAll);
        valid.removeIf(each -> !TrustPath.isValid(each, now));
        return valid;
    }
}
