package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as far as rotation is concerned: one Secret, two webhook configurations, leaders whose clocks differ and each of which dies after
 * any write or in the middle of a publication, and calls that fail. Whatever was served once may be served for as long as it is valid, and whatever was published
 * in the last minute may be what some API server goes by.
 */
final class RotationWorld {
    static final List<String> HOSTS = List.of("marchwarden.mesh.svc", "marchwarden");
    private static final Duration API_SERVER_LAG = Duration.ofMinutes(1);
    private static final Duration CLOCK_ERROR = Duration.ofSeconds(150);

    /** A bundle, and since when it is there. */
    private record Bundle(Instant since, Set<X509Certificate> authorities, String pem) {}

    private final RandomGenerator random;
    private final Rotation rotation;
    private final List<Deque<Bundle>> configurations = new ArrayList<>();
    private final Map<ServingCertificate, X509Certificate> leaves = new HashMap<>();
    final Map<Change, Integer> changes = new HashMap<>();
    Map<String, byte[]> secret = Map.of();
    Instant now;
    int publications;
    /** From when on there is something to keep true. */
    private @Nullable Instant serving;

    RotationWorld(RandomGenerator random, Lifetimes lifetimes, Instant start) {
        this.random = random;
        this.rotation = new Rotation(lifetimes, HOSTS);
        this.now = start;
        for (int i = 0; i < 2; i++) {
            Deque<Bundle> bundles = new ArrayDeque<>();
            bundles.add(new Bundle(start, Set.of(), ""));
            configurations.add(bundles);
        }
    }

    Keyring keyring() {
        return new KeyringReader(secret, "Secret", now).read();
    }

    Publication publication() {
        return Publication.of(configurations.stream()
                .map(each -> each.getLast().pem().getBytes(US_ASCII))
                .toList());
    }

    /** Some leader, with its own idea of the time, does one step, or dies at it. */
    RotationStep step() {
        long error = CLOCK_ERROR.toSeconds();
        Instant itsNow = now.plusSeconds(random.nextLong(-error, error + 1));
        Keyring keyring = new KeyringReader(secret, "Secret", itsNow).read();
        RotationStep step = rotation.next(keyring, fails() ? null : publication(), itsNow);
        if (fails()) {
            return step; // refused, a conflict, or no answer
        }
        switch (step) {
            case Store store -> {
                changes.merge(store.change(), 1, Integer::sum);
                secret = store.keyring().storedOver(secret);
                noteLeaf(store.keyring());
            }
            case Publish publish -> {
                publications++;
                int reached = random.nextInt(configurations.size() + 1); // dies after so many
                for (int i = 0; i < reached; i++) {
                    publish(i, publish);
                }
            }
            case Rest rest -> {
                // nothing to do
            }
        }
        return step;
    }

    /** A call of the API server: to read the configurations, or to write. */
    private boolean fails() {
        return random.nextInt(6) == 0;
    }

    private void publish(int configuration, Publish publish) {
        configurations
                .get(configuration)
                .add(new Bundle(now, new LinkedHashSet<>(publish.authorities()), publish.caBundle()));
    }

    private void noteLeaf(Keyring keyring) {
        ServingCertificate leaf = keyring.leaf();
        Authority current = keyring.current();
        if (leaf != null && current != null && !leaves.containsKey(leaf)) {
            TrustPath.from(leaf.chain(), keyring.authorities(), leaf.notBefore())
                    .ifPresent(authority -> leaves.put(leaf, authority));
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
        for (Deque<Bundle> bundles : configurations) {
            while (bundles.size() > 1 && !second(bundles).since().isAfter(now.minus(API_SERVER_LAG))) {
                bundles.removeFirst();
            }
        }
        leaves.keySet().removeIf(leaf -> now.isAfter(leaf.notAfter()));
        if (serving == null && publication().hasAll(authoritiesOfLeaves()) && !leaves.isEmpty()) {
            serving = now.plus(API_SERVER_LAG);
        }
    }

    private Set<X509Certificate> authoritiesOfLeaves() {
        return new LinkedHashSet<>(leaves.values());
    }

    private static Bundle second(Deque<Bundle> bundles) {
        return bundles.stream().skip(1).findFirst().orElseThrow();
    }

    /** What some API server would refuse, were it to call the replica that is furthest behind; null if there is nothing. */
    @Nullable
    String gap() {
        if (serving == null || now.isBefore(serving)) {
            return null;
        }
        for (Map.Entry<ServingCertificate, X509Certificate> leaf : leaves.entrySet()) {
            for (Deque<Bundle> bundles : configurations) {
                for (Bundle bundle : bundles) {
                    if (!bundle.authorities().contains(leaf.getValue()) || !TrustPath.isValid(leaf.getValue(), now)) {
                        return "at " + now + " the leaf " + leaf.getKey() + " is not trusted by the bundle of "
                                + bundle.since();
                    }
                }
            }
        }
        return leaves.isEmpty() ? "at " + now + " no leaf is valid" : null;
    }
}
