package dev.marchwarden.tls;

import dev.marchwarden.background.BackgroundTask;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.Fingerprint;
import dev.marchwarden.certificates.Handover;
import dev.marchwarden.certificates.Lifetimes;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep;
import dev.marchwarden.certificates.RotationStep.Change;
import dev.marchwarden.certificates.RotationStep.Publish;
import dev.marchwarden.certificates.RotationStep.Rest;
import dev.marchwarden.certificates.RotationStep.Store;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.cluster.LeaderLease;
import dev.marchwarden.cluster.LiveSecret;
import dev.marchwarden.cluster.LiveWebhooks;
import dev.marchwarden.cluster.RefusedException;
import dev.marchwarden.cluster.SecretContent;
import dev.marchwarden.cluster.WebhookContent;
import dev.marchwarden.server.Readiness.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues and publishes for all replicas while this one leads: one step at a time, each decided by what etcd has at that moment and done
 * only if that has not changed. It remembers nothing that the next leader would need.
 */
public final class CertificateLeader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateLeader.class);

    /** There are eight kinds of steps, and none follows itself at once. */
    private static final int MOST_STEPS = 20;

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    /** How often it looks whether webhooks that wait for a replica to serve need not wait any longer. */
    private static final Duration WHILE_NOT_SERVING = Duration.ofSeconds(1);

    private final LeaderLease lease;
    private final LiveSecret secret;
    private final LiveWebhooks webhooks;
    private final StepPlanner planner;
    private final BooleanSupplier serving;
    private final Duration every;
    private final InstantSource clock;
    private final BackgroundTask task;
    private final Map<Change, AtomicLong> changes = new EnumMap<>(Change.class);
    private final AtomicLong publications = new AtomicLong();
    private final AtomicLong publishFailures = new AtomicLong();
    private final AtomicLong storeFailures = new AtomicLong();
    private volatile String state = "";
    private volatile boolean pending;
    private String problem = "";

    /** Why the webhook configurations could not be read; empty where they could. */
    private String unread = "";

    CertificateLeader(
            BackgroundTasks tasks,
            LeaderLease lease,
            LiveSecret secret,
            LiveWebhooks webhooks,
            StepPlanner planner,
            BooleanSupplier serving,
            Duration every,
            InstantSource clock) {
        this.lease = lease;
        this.secret = secret;
        this.webhooks = webhooks;
        this.planner = planner;
        this.serving = serving;
        this.every = every;
        this.clock = clock;
        this.task = tasks.task("certificate leader", this::round);
        for (Change change : Change.values()) {
            changes.put(change, new AtomicLong());
        }
    }

    /**
     * Of replicas that issue what they serve.
     *
     * @param serving whether API servers that call the Service are answered; only then are webhooks put in force
     */
    public static CertificateLeader issuing(
            BackgroundTasks tasks,
            LeaderLease lease,
            LiveSecret secret,
            LiveWebhooks webhooks,
            Rotation rotation,
            Supplier<@Nullable ServingCertificate> served,
            BooleanSupplier serving,
            Duration every,
            InstantSource clock) {
        return new CertificateLeader(
                tasks,
                lease,
                secret,
                webhooks,
                new IssuingPlanner(secret.toString(), rotation, served),
                serving,
                every,
                clock);
    }

    /**
     * Of replicas that serve what somebody else has issued.
     *
     * @param serving as for {@link #issuing}
     */
    public static CertificateLeader publishing(
            BackgroundTasks tasks,
            LeaderLease lease,
            LiveSecret secret,
            LiveWebhooks webhooks,
            String host,
            Handover handover,
            BooleanSupplier serving,
            Duration every,
            InstantSource clock) {
        return new CertificateLeader(
                tasks,
                lease,
                secret,
                webhooks,
                new PublishingPlanner(secret.toString(), host, handover),
                serving,
                every,
                clock);
    }

    public void start() {
        task.start();
    }

    /** This replica leads now, or there is news of the Secret or of the webhook configurations. */
    public void wake() {
        task.wake();
    }

    private Duration round() {
        try {
            for (int i = 0; i < MOST_STEPS && lease.isHeld(); i++) {
                Rest rest = step();
                if (rest != null) {
                    said(unread);
                    return until(rest);
                }
            }
            return every;
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                said(String.valueOf(e.getMessage()));
            }
            return AFTER_FAILURE;
        }
    }

    private Duration until(Rest rest) {
        Instant now = clock.instant();
        return rest.until().isBefore(now.plus(every)) ? Duration.between(now, rest.until()) : every;
    }

    /** Null after a step, or after a conflict with another writer: there may be more to do. */
    private @Nullable Rest step() throws IOException {
        SecretContent content = secret.read();
        WebhookContent configurations = configurations();
        Publication publication = configurations == null ? null : Publication.of(configurations.caBundles());
        Duration skew = secret.skew(clock);
        if (skew.abs().compareTo(Lifetimes.CLOCK_SKEW) > 0) {
            // With a clock that is ahead, everything that is good has expired.
            throw new IOException(
                    "the clock is " + skew.toSeconds() + " s away from the API server's (expected: at most "
                            + Lifetimes.CLOCK_SKEW.toSeconds() + " s), so nothing is issued or published");
        }
        RotationStep step = planner.next(content.data(), publication, clock.instant());
        if (!lease.isHeld()) {
            return null;
        }
        try {
            switch (step) {
                case Store store -> store(content, store);
                case Publish publish -> publish(configurations, publish);
                case Rest rest -> {
                    if (configurations == null || configurations.isInForce()) {
                        state = rest.why();
                        return rest;
                    }
                    return putInForce(configurations);
                }
            }
        } catch (RefusedException e) {
            if (!e.isConflict()) {
                throw e;
            }
        }
        return null;
    }

    private @Nullable WebhookContent configurations() throws IOException {
        try {
            WebhookContent read = webhooks.read();
            pending = !read.isInForce();
            unread = "";
            return read;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            publishFailures.incrementAndGet();
            unread = String.valueOf(e.getMessage());
            return null;
        }
    }

    private void store(SecretContent content, Store store) throws IOException {
        try {
            secret.store(content, store.keyring().storedOver(content.data()));
        } catch (IOException e) {
            storeFailures.incrementAndGet();
            throw e;
        }
        changes.getOrDefault(store.change(), new AtomicLong()).incrementAndGet();
        LOG.info(
                "{}: {}; now {}",
                secret,
                store.change().sentence(),
                store.keyring().summary());
    }

    private void publish(@Nullable WebhookContent configurations, Publish publish) throws IOException {
        if (configurations == null) {
            throw new IllegalStateException("to publish without knowing what is published");
        }
        try {
            webhooks.publish(configurations, publish.caBundle().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            publishFailures.incrementAndGet();
            throw e;
        }
        publications.incrementAndGet();
        LOG.info(
                "webhook configurations: published {}",
                publish.authorities().stream()
                        .map(each -> Fingerprint.of(each) + " until "
                                + each.getNotAfter().toInstant())
                        .collect(Collectors.joining(", ")));
    }

    /** Null where the webhooks were put in force; else until when that waits. */
    private @Nullable Rest putInForce(WebhookContent configurations) throws IOException {
        byte @Nullable [] caBundle = configurations.commonCaBundle();
        if (caBundle == null || !serving.getAsBoolean()) {
            state = "the webhooks come into force when this replica has been ready for some seconds";
            return new Rest(clock.instant().plus(WHILE_NOT_SERVING), state);
        }
        webhooks.putInForce(configurations, caBundle);
        LOG.info("webhook configurations: the webhooks of the release are in force");
        return null;
    }

    private void said(String why) {
        if (!why.isEmpty()) {
            state = why;
        }
        if (!why.equals(problem)) {
            problem = why;
            if (!why.isEmpty()) {
                LOG.error("certificates: {}; trying again", why);
            }
        }
    }

    /** Writes of the Secret for that. */
    public long changes(Change change) {
        return changes.getOrDefault(change, new AtomicLong()).get();
    }

    public long publications() {
        return publications.get();
    }

    /** Times that the Secret could not be written, or somebody else was faster. */
    public long storeFailures() {
        return storeFailures.get();
    }

    /** Times that the webhook configurations could not be read or written. */
    public long publishFailures() {
        return publishFailures.get();
    }

    /** Whether this replica leads and the webhooks that the release wants are not in force yet. */
    public boolean isPending() {
        return lease.isHeld() && pending;
    }

    public boolean isLeading() {
        return lease.isHeld();
    }

    /** Good whatever happens: a replica serves also while nobody leads. */
    public Condition condition() {
        String what = lease.isHeld() && !state.isEmpty() ? "; " + state : "";
        return Condition.holding(lease.detail() + what);
    }

    @Override
    public void close() {
        task.close();
        lease.close();
    }
}
