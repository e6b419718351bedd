package dev.marchwarden.tls;

import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.SecretPair;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.cluster.LiveSecret;
import dev.marchwarden.cluster.LiveWebhooks;
import dev.marchwarden.cluster.SecretContent;
import dev.marchwarden.cluster.WebhookContent;
import dev.marchwarden.server.Readiness.Condition;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the pair of a Secret into use as the watch brings it. One that is good never makes way for one that is not, nor for one that an API
 * server may not trust yet; what is wrong is said once for each content of the Secret.
 */
public final class PairSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PairSource.class);

    /** What is bad may become good without a change: a certificate that is not valid yet. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Who takes a certificate into use. */
    public interface Use {
        /** Serves it from now on; blocking. */
        void serve(ServingCertificate certificate) throws Exception;

        /** A client is to find, or trusts, something else from now on. */
        void expectationChanged();
    }

    private final LiveSecret secret;
    private final @Nullable LiveWebhooks webhooks;
    private final String host;
    private final Duration settle;
    private final InstantSource clock;
    private final Use use;
    private final Rounds rounds = new Rounds("certificate", this::look);

    /** Since when authorities have been in every caBundle, as far as we have seen. */
    private final Map<X509Certificate, Instant> publishedSince = new HashMap<>();

    private final AtomicLong failures = new AtomicLong();
    private @Nullable SecretContent said;
    private Duration rest = LOOK_EVERY;
    private volatile @Nullable SecretPair inUse;
    private volatile @Nullable Publication publication;
    private volatile String problem = "no pair yet";

    /**
     * @param webhooks whose caBundles the API servers go by; null where somebody else publishes
     * @param host the DNS name that a pair has to be valid for
     * @param settle how long an authority has to be seen published before a leaf of it replaces a good one
     */
    public PairSource(
            LiveSecret secret,
            @Nullable LiveWebhooks webhooks,
            String host,
            Duration settle,
            InstantSource clock,
            Use use) {
        this.secret = secret;
        this.webhooks = webhooks;
        this.host = host;
        this.settle = settle;
        this.clock = clock;
        this.use = use;
    }

    public void start() {
        rounds.start();
    }

    /** There is news of the Secret or of the webhook configurations. */
    public void wake() {
        rounds.wake();
    }

    private Duration look() {
        Expectation before = expectation();
        rest = LOOK_EVERY;
        look(clock.instant());
        if (!Objects.equals(before, expectation())) {
            use.expectationChanged();
        }
        return rest;
    }

    private void look(Instant now) {
        WebhookContent configurations = webhooks == null ? null : webhooks.watched();
        publication = configurations == null ? null : Publication.of(configurations.caBundles());
        notePublished(now);
        SecretContent content = secret.watched();
        if (content == null) {
            problem = secret.detail();
            return;
        }
        try {
            SecretPair fresh = SecretPair.read(content.data(), secret.toString(), host, now);
            String wait = reasonToWait(fresh, now);
            if (wait.isEmpty()) {
                take(fresh);
            }
            problem = wait;
        } catch (UnusableCertificateException e) {
            failed(content, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failed(content, "it cannot be served: " + e.getMessage());
        }
    }

    private void notePublished(Instant now) {
        Publication seen = publication;
        if (seen == null) {
            return;
        }
        Set<X509Certificate> common = seen.common();
        publishedSince.keySet().retainAll(common);
        common.forEach(each -> publishedSince.putIfAbsent(each, now));
    }

    private void take(SecretPair fresh) throws Exception {
        SecretPair before = inUse;
        if (before == null || !before.certificate().equals(fresh.certificate())) {
            use.serve(fresh.certificate());
            LOG.info(
                    "serving the certificate {}, valid until {}, of the authority that is valid until {}",
                    fresh.certificate().fingerprint(),
                    fresh.certificate().notAfter(),
                    fresh.authority().getNotAfter().toInstant());
        }
        inUse = fresh;
        said = null;
    }

    /** Why a pair that is good by itself does not replace the one in use yet; empty where it may. */
    private String reasonToWait(SecretPair fresh, Instant now) {
        SecretPair before = inUse;
        if (webhooks == null
                || before == null
                || before.authority().equals(fresh.authority())
                || now.isAfter(before.certificate().notAfter())) {
            return "";
        }
        Publication seen = publication;
        if (seen == null) {
            return "a new pair waits until it is known what is published: " + webhooks.detail();
        }
        if (seen.bundles().isEmpty() || !seen.hasAll(Set.of(before.authority()))) {
            return ""; // nobody trusts the one in use
        }
        Instant since = publishedSince.get(fresh.authority());
        if (since == null) {
            return "a new pair waits until its authority is in every caBundle";
        }
        Duration left = Duration.between(now, since.plus(settle));
        if (!left.isPositive()) {
            return "";
        }
        rest = left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
        return "a new pair waits until " + since.plus(settle) + ", when every API server knows its authority";
    }

    private void failed(SecretContent content, String why) {
        problem = why;
        SecretContent last = said;
        if (last != null && last.holdsAs(content)) {
            return;
        }
        said = content;
        failures.incrementAndGet();
        LOG.error("{}; {}", why, inUse == null ? "nothing is served" : "the last good pair stays in use");
    }

    /** Pairs that could not be used. */
    public long failures() {
        return failures.get();
    }

    /** What is served; null before there was anything that could be. */
    public @Nullable SecretPair inUse() {
        return inUse;
    }

    /** What a client is to find; null while there is nothing. */
    public @Nullable Expectation expectation() {
        SecretPair pair = inUse;
        if (pair == null) {
            return null;
        }
        Publication seen = publication;
        List<Set<X509Certificate>> bundles = seen == null || seen.bundles().isEmpty()
                ? List.of(Set.copyOf(pair.authorities()))
                : seen.bundles().stream().distinct().toList();
        return new Expectation(pair.certificate(), bundles);
    }

    /** Whether there is a pair; and what is wrong with the Secret, which keeps nobody from serving the last good one. */
    public Condition condition() {
        String why = problem;
        if (inUse == null) {
            return Condition.failing(why);
        }
        return Condition.holding(why.isEmpty() ? "up to date" : "the last good one is in use; " + why);
    }

    @Override
    public void close() {
        rounds.close();
    }
}
