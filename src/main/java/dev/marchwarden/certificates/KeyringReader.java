package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link Keyring} from whatever a Secret holds. What is missing, damaged, of another pair or not valid now counts as not there, and
 * the rotation will make it anew; {@link #problems} says what that was.
 */
public final class KeyringReader {
    private final Map<String, byte[]> data;
    private final String secret;
    private final Instant now;
    private final List<String> problems = new ArrayList<>();

    /** @param secret how messages call it */
    public KeyringReader(Map<String, byte[]> data, String secret, Instant now) {
        this.data = Map.copyOf(data);
        this.secret = secret;
        this.now = now;
    }

    public Keyring read() {
        problems.clear();
        List<X509Certificate> rest = new ArrayList<>(new LinkedHashSet<>(certificates(TlsDirectory.CA_CERTIFICATE)));
        Authority next = next();
        if (next != null) {
            rest.remove(next.certificate());
        }
        Authority current = rest.isEmpty() ? null : current(rest.removeFirst());
        return new Keyring(
                current,
                next,
                next == null ? null : time(Keyring.NEXT_PUBLISHED),
                rest,
                rest.isEmpty() ? null : time(Keyring.PREVIOUS_UNTIL),
                leaf());
    }

    /** Why something that is there is of no use, a sentence each; of the last {@link #read}. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private Authority current(X509Certificate certificate) {
        PrivateKey key = key(TlsDirectory.CA_KEY);
        if (key != null && !Inspection.belongs(key, certificate)) {
            problems.add(entry(TlsDirectory.CA_KEY).shown() + ": does not belong to the first certificate of "
                    + TlsDirectory.CA_CERTIFICATE + " (expected: its key)");
            key = null;
        }
        return new Authority(certificate, key);
    }

    private @Nullable Authority next() {
        List<X509Certificate> certificates = certificates(Keyring.NEXT_CERTIFICATE);
        PrivateKey key = key(Keyring.NEXT_KEY);
        if (certificates.isEmpty() || key == null) {
            return null;
        }
        Authority next = new Authority(certificates.getFirst(), key);
        if (!Inspection.belongs(key, next.certificate()) || !next.signs(now)) {
            problems.add(entry(Keyring.NEXT_KEY).shown() + ": no authority that can sign at " + now
                    + " (expected: the key of " + Keyring.NEXT_CERTIFICATE + ")");
            return null;
        }
        return next;
    }

    private @Nullable ServingCertificate leaf() {
        if (!has(TlsDirectory.CERTIFICATE) || !has(TlsDirectory.KEY)) {
            return null;
        }
        try {
            return new Inspection(entry(TlsDirectory.CERTIFICATE), entry(TlsDirectory.KEY), now).serving();
        } catch (UnusableCertificateException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private List<X509Certificate> certificates(String name) {
        if (!has(name)) {
            return List.of();
        }
        try {
            return entry(name).authorities();
        } catch (UnusableCertificateException e) {
            problems.add(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private @Nullable PrivateKey key(String name) {
        if (!has(name)) {
            return null;
        }
        try {
            return entry(name).privateKey();
        } catch (UnusableCertificateException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Instant time(String name) {
        byte[] text = data.get(name);
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(new String(text, US_ASCII).strip());
        } catch (DateTimeException e) {
            problems.add(entry(name).shown() + ": is no time (expected: as 2026-11-22T09:00:00Z)");
            return null;
        }
    }

    private boolean has(String name) {
        return data.containsKey(name);
    }

    private PemText entry(String name) {
        return new PemText(data.getOrDefault(name, new byte[0]), secret + ": " + name);
    }
}
