package dev.marchwarden.certificates;

import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the next step of a rotation from the present state alone: there is no plan that a leader
 * could take to its grave.
 *
 * <p>What it keeps true: whatever leaf a replica serves, however far behind it is, leads to an authority in every bundle that an API server
 * may have, however far behind that is (within {@link Lifetimes}).
 *
 * @param hosts that a leaf is issued for
 */
public record Rotation(Lifetimes lifetimes, List<String> hosts) {
    public Rotation {
        hosts = List.copyOf(hosts);
    }

    /** By somebody who serves nothing. */
    public RotationStep next(Keyring keyring, @Nullable Publication publication, Instant now) {
        return next(keyring, publication, null, now);
    }

    /**
     * @param publication as just read; null where it could not be, when nothing may happen that depends on what API servers trust
     * @param served what the one who asks serves itself; null where that is nothing
     */
    public RotationStep next(
            Keyring keyring, @Nullable Publication publication, @Nullable ServingCertificate served, Instant now) {
        Authority current = keyring.current();
        if (current != null && now.isBefore(current.certificate().getNotBefore().toInstant())) {
            // What this clock takes for an empty Secret may be a good one.
            return new Rest(
                    current.certificate().getNotBefore().toInstant(),
                    "until the clock, which says " + now + ", reaches the start of the authority");
        }
        if (current != null && current.signs(now) && isLeafDue(keyring, current, now)) {
            return new Store(Change.ISSUE_LEAF, keyring.withLeaf(current.issue(hosts, lifetimes.leaf(), now)));
        }
        if (publication == null) {
            return new Rest(now.plus(lifetimes.settle()), "until the webhook configurations have been read");
        }
        List<X509Certificate> strange = new ArrayList<>(publication.valid(now));
        strange.removeAll(keyring.authorities());
        if (!strange.isEmpty()) {
            return new Store(Change.ADOPT, adopting(strange, keyring, served, now));
        }
        if (keyring.next() == null && isAuthorityDue(current, now)) {
            Authority created = Authority.create(now, lifetimes.authority());
            return keyring.served(now).isEmpty()
                    ? new Store(Change.FOUND, founded(created, now))
                    : new Store(Change.ADD_AUTHORITY, keyring.withNext(created));
        }
        return publishing(keyring, publication, now);
    }

    private RotationStep publishing(Keyring keyring, Publication publication, Instant now) {
        Authority next = keyring.next();
        if (next != null && keyring.published() != null && !publication.hasAll(Set.of(next.certificate()))) {
            // First: whoever only published it again and died would leave a time that is too early.
            return new Store(Change.FORGET_PUBLISHED, keyring.withPublished(null));
        }
        if (!publication.isExactly(keyring.bundle(now))) {
            return new Publish(keyring.bundle(now));
        }
        if (next != null) {
            return switching(keyring, next, now);
        }
        List<X509Certificate> past = keyring.past(now);
        if (!past.isEmpty()) {
            List<X509Certificate> kept = new ArrayList<>(keyring.previous());
            kept.removeAll(past);
            return new Store(Change.DROP, keyring.withPrevious(kept, keyring.previousUntil()));
        }
        return rest(keyring);
    }

    private RotationStep switching(Keyring keyring, Authority next, Instant now) {
        boolean nothingToLose = keyring.served(now).isEmpty();
        Instant published = keyring.published();
        if (!nothingToLose && (published == null || published.isAfter(now.plus(Lifetimes.CLOCK_SKEW)))) {
            return new Store(Change.NOTE_PUBLISHED, keyring.withPublished(now));
        }
        if (nothingToLose || published == null || !now.isBefore(published.plus(lifetimes.settle()))) {
            return new Store(Change.SWITCH, switched(keyring, next, now));
        }
        Instant end = published.plus(lifetimes.settle());
        return new Rest(end, "the next authority is published, and signs from " + end + " on");
    }

    private Keyring founded(Authority created, Instant now) {
        return Keyring.founded(created, created.issue(hosts, lifetimes.leaf(), now));
    }

    private Keyring switched(Keyring keyring, Authority next, Instant now) {
        List<X509Certificate> previous = new ArrayList<>(keyring.served(now));
        ServingCertificate old = keyring.leaf();
        // A replica that hears of nothing serves the old leaf to its end.
        Instant end = old == null ? now.plus(lifetimes.leaf()) : old.notAfter();
        Instant until = latest(now.plus(lifetimes.keep()), end.plus(Lifetimes.CLOCK_SKEW));
        if (!keyring.previous().isEmpty() && keyring.previousUntil() != null) {
            until = latest(until, keyring.previousUntil());
        }
        return new Keyring(next, null, null, previous, until, next.issue(hosts, lifetimes.leaf(), now));
    }

    private Keyring adopting(
            List<X509Certificate> strange, Keyring keyring, @Nullable ServingCertificate served, Instant now) {
        if (keyring.current() == null) {
            // Somebody trusts these, so somebody may serve a leaf of them: a change of authority as any other. Until it
            // is over, whoever
            // starts serves the leaf that is served now.
            ServingCertificate leaf = keyring.leaf();
            boolean lost = leaf == null && served != null && isGood(served, strange, now);
            return new Keyring(
                    new Authority(strange.getFirst(), null),
                    keyring.next(),
                    keyring.published(),
                    strange.subList(1, strange.size()),
                    null,
                    lost ? served : leaf);
        }
        Collection<X509Certificate> previous = new ArrayList<>(keyring.previous());
        boolean alone = previous.isEmpty();
        previous.addAll(strange);
        Instant until = now.plus(lifetimes.adopted());
        Instant before = keyring.previousUntil();
        if (!alone) {
            until = before == null ? null : latest(until, before);
        }
        return keyring.withPrevious(previous, until);
    }

    private boolean isGood(ServingCertificate leaf, List<X509Certificate> authorities, Instant now) {
        return TrustPath.from(leaf.chain(), authorities, now).isPresent()
                && hosts.stream().allMatch(leaf::covers);
    }

    private boolean isLeafDue(Keyring keyring, Authority current, Instant now) {
        ServingCertificate leaf = keyring.leaf();
        return leaf == null
                || TrustPath.from(leaf.chain(), List.of(current.certificate()), now)
                        .isEmpty()
                || !hosts.stream().allMatch(leaf::covers)
                || !now.isBefore(leafRenewal(leaf, current));
    }

    /** Never where it would be no longer than the one that is there: an authority that cannot be renewed must not make a mill of its last days. */
    private Instant leafRenewal(ServingCertificate leaf, Authority current) {
        return leaf.notAfter().isBefore(current.notAfter()) ? lifetimes.renewal(leaf) : Instant.MAX;
    }

    private boolean isAuthorityDue(@Nullable Authority current, Instant now) {
        return current == null || !current.signs(now) || !now.isBefore(lifetimes.renewal(current));
    }

    private RotationStep rest(Keyring keyring) {
        Authority current = keyring.current();
        ServingCertificate leaf = keyring.leaf();
        if (current == null || leaf == null) {
            throw new IllegalStateException("at rest without an authority and a leaf");
        }
        Instant leafRenewal = leafRenewal(leaf, current);
        Instant authorityRenewal = lifetimes.renewal(current);
        Rest rest = leafRenewal.isBefore(authorityRenewal)
                ? new Rest(leafRenewal, "the leaf is renewed on " + leafRenewal)
                : new Rest(authorityRenewal, "the authority is renewed on " + authorityRenewal);
        Instant drop = keyring.previous().stream()
                .map(each -> each.getNotAfter().toInstant().plus(Duration.ofSeconds(1)))
                .min(Instant::compareTo)
                .map(expiry -> earliest(expiry, keyring.previousUntil()))
                .orElse(Instant.MAX);
        return drop.isBefore(rest.until()) ? new Rest(drop, "an old authority is dropped on " + drop) : rest;
    }

    private static Instant earliest(Instant one, @Nullable Instant other) {
        return other == null || one.isBefore(other) ? one : other;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
