package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of the Secret when the pods issue it: authorities, their keys and the serving pair. One Secret, so that leaf and authorities change in one write: whoever
 * leads next finds a rotation between two steps, never in the middle of one.
 *
 * @param current the authority that signs; null in an empty Secret
 * @param next the authority that will sign as soon as every API server trusts it
 * @param published when {@code next} was seen in every webhook configuration; null before that
 * @param previous authorities that signed, and that a replica may still serve a leaf of
 * @param previousUntil from when on none does any more; null where that is not known, which is as long as they live
 * @param leaf what is served; null where nothing in the Secret can be
 */
public record Keyring(
        @Nullable Authority current,
        @Nullable Authority next,
        @Nullable Instant published,
        List<X509Certificate> previous,
        @Nullable Instant previousUntil,
        @Nullable ServingCertificate leaf) {
    /** Entries of the Secret beside those of {@link TlsDirectory}. */
    static final String NEXT_CERTIFICATE = "next-ca.crt";

    static final String NEXT_KEY = "next-ca.key";
    static final String NEXT_PUBLISHED = "next-ca.published";
    static final String PREVIOUS_UNTIL = "previous-ca.until";

    public Keyring {
        previous = List.copyOf(previous);
    }

    /** All authorities, the current one first. */
    List<X509Certificate> authorities() {
        Set<X509Certificate> all = new LinkedHashSet<>();
        if (current != null) {
            all.add(current.certificate());
        }
        if (next != null) {
            all.add(next.certificate());
        }
        all.addAll(previous);
        return new ArrayList<>(all);
    }

    /** The authorities that a served leaf may lead to: those that sign or have signed, and are valid. */
    List<X509Certificate> served(Instant now) {
        List<X509Certificate> all = authorities();
        if (next != null) {
            all.remove(next.certificate());
        }
        all.removeIf(each -> !TrustPath.isValid(each, now));
        return all;
    }

    /** The previous authorities that are of no more use. */
    List<X509Certificate> past(Instant now) {
        boolean over = previousUntil != null && !now.isBefore(previousUntil);
        return previous.stream()
                .filter(each -> over || now.isAfter(each.getNotAfter().toInstant()))
                .toList();
    }

    /** What webhook configurations are to carry. */
    List<X509Certificate> bundle(Instant now) {
        List<X509Certificate> bundle = authorities();
        bundle.removeAll(past(now));
        return bundle;
    }

    /** The first of its kind: nobody trusts or serves anything yet. */
    static Keyring founded(Authority first, ServingCertificate issued) {
        return new Keyring(first, null, null, List.of(), null, issued);
    }

    Keyring withLeaf(ServingCertificate issued) {
        return new Keyring(current, next, published, previous, previousUntil, issued);
    }

    Keyring withNext(Authority created) {
        return new Keyring(current, created, null, previous, previousUntil, leaf);
    }

    Keyring withPublished(@Nullable Instant at) {
        return new Keyring(current, next, at, previous, previousUntil, leaf);
    }

    Keyring withPrevious(Collection<X509Certificate> kept, @Nullable Instant until) {
        return new Keyring(current, next, published, List.copyOf(kept), kept.isEmpty() ? null : until, leaf);
    }

    /**
     * What the Secret holds, after this was stored.
     *
     * @param before what it held; entries that are not ours stay, and so does a pair of which we can make nothing
     */
    public Map<String, byte[]> storedOver(Map<String, byte[]> before) {
        Map<String, byte[]> data = new LinkedHashMap<>(before);
        List.of(NEXT_CERTIFICATE, NEXT_KEY, NEXT_PUBLISHED, PREVIOUS_UNTIL).forEach(data::remove);
        data.put(TlsDirectory.CA_CERTIFICATE, bytes(Pem.of(authorities())));
        if (current != null && current.key() != null) {
            data.put(TlsDirectory.CA_KEY, bytes(Pem.of(current.key())));
        }
        if (next != null && next.key() != null) {
            data.put(NEXT_CERTIFICATE, bytes(Pem.of(List.of(next.certificate()))));
            data.put(NEXT_KEY, bytes(Pem.of(next.key())));
        }
        if (published != null) {
            data.put(NEXT_PUBLISHED, bytes(published.toString()));
        }
        if (previousUntil != null) {
            data.put(PREVIOUS_UNTIL, bytes(previousUntil.toString()));
        }
        if (leaf != null) {
            data.put(TlsDirectory.CERTIFICATE, leaf.chainPem());
            data.put(TlsDirectory.KEY, leaf.keyPem());
        }
        return data;
    }

    /** What is in it, by fingerprint and expiry. */
    public String summary() {
        List<String> parts = new ArrayList<>();
        if (leaf != null) {
            parts.add("leaf " + leaf.fingerprint() + " until " + leaf.notAfter());
        }
        if (current != null) {
            parts.add("authority " + shown(current.certificate()));
        }
        if (next != null) {
            parts.add("next authority " + shown(next.certificate()));
        }
        previous.forEach(each -> parts.add("previous authority " + shown(each)));
        return String.join(", ", parts);
    }

    private static String shown(X509Certificate certificate) {
        return Fingerprint.of(certificate) + " until "
                + certificate.getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return "Keyring[" + summary() + "]";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
