package dev.marchwarden.tls;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
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
 * Serves the pair of a Secret as the watch brings it. A good pair is never replaced by a bad one, nor by one that an API server may not
 * trust yet. A problem is logged once for each content of the Secret.
 */
public final class SecretPairSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecretPairSource.class);

    /** A bad pair may become good without a change: a certificate that is not valid yet. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Serves the pairs. */
    public interface Server {
        /** Serves this certificate from now on; blocking. */
        void serve(ServingCertificate certificate) throws Exception;

        /** Clients should find, or trust, something else from now on. */
        void expectationChanged();
    }

    private final LiveSecret secret;
    private final @Nullable LiveWebhooks webhooks;
    private final String host;
    private final Duration settle;
    private final InstantSource clock;
    private final Server server;
    private final BackgroundTask task;

    /** When each authority was first seen in every caBundle. */
    private final Map<X509Certificate, Instant> publishedSince = new HashMap<>();

    private final AtomicLong failures = new AtomicLong();
    private @Nullable SecretContent reported;
    private Duration rest = LOOK_EVERY;
    private volatile @Nullable SecretPair inUse;
    private volatile @Nullable Publication publication;
    private volatile String problem = "no pair yet";

    /**
     * @param webhooks whose caBundles the API servers go by; null where somebody else publishes
     * @param host the DNS name that a pair has to be valid for
     * @param settle how long an authority has to be seen published before a leaf of it replaces a good one
     */
    public SecretPairSource(
            BackgroundTasks tasks,
            LiveSecret secret,
            @Nullable LiveWebhooks webhooks,
            String host,
            Duration settle,
            InstantSource clock,
            Server server) {
        this.secret = secret;
        this.webhooks = webhooks;
        this.host = host;
        this.settle = settle;
        this.clock = clock;
        this.server = server;
        this.task = tasks.task("serving certificate", this::look);
    }

    public void start() {
        task.start();
    }

    /** There is news of the Secret or of the webhook configurations. */
    public void wake() {
        task.wake();
    }

    private Duration look() {
        ExpectedCertificate before = expected();
        rest = LOOK_EVERY;
        look(clock.instant());
        if (!Objects.equals(before, expected())) {
            server.expectationChanged();
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
            if (Thread.currentThread().isInterrupted()) {
                return; // closed
            }
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
            server.serve(fresh.certificate());
            LOG.info(
                    "serving the certificate {}, valid until {}, of the authority that is valid until {}",
                    fresh.certificate().fingerprint(),
                    fresh.certificate().notAfter(),
                    fresh.authority().getNotAfter().toInstant());
        }
        inUse = fresh;
        reported = null;
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
            return "a new pair waits until the published authorities are known: " + webhooks.detail();
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
        SecretContent last = reported;
        if (last != null && last.holdsAs(content)) {
            return;
        }
        reported = content;
        if (inUse == null && content.data().isEmpty()) {
            LOG.info("{} is empty; waiting for the first certificate", secret);
            return;
        }
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
    public @Nullable ExpectedCertificate expected() {
        SecretPair pair = inUse;
        if (pair == null) {
            return null;
        }
        Publication seen = publication;
        List<Set<X509Certificate>> bundles = seen == null || seen.bundles().isEmpty()
                ? List.of(Set.copyOf(pair.authorities()))
                : seen.bundles().stream().distinct().toList();
        return new ExpectedCertificate(pair.certificate(), bundles);
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
        task.close();
    }
}
