package dev.marchwarden.service;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.LiveEvents;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.reporting.DecisionEvents;
import dev.marchwarden.reporting.LiveReports;
import dev.marchwarden.reporting.StandingAudit;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.Limits;
import dev.marchwarden.server.Metrics;
import dev.marchwarden.server.OpsServer;
import dev.marchwarden.server.Readiness;
import dev.marchwarden.server.Readiness.Condition;
import dev.marchwarden.server.Reload;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.server.WarmUp;
import dev.marchwarden.server.WebhookServer;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.twin.CelTwin;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A webhook with everything around it, wired. What blocks here blocks the caller's thread, never an event loop. */
public final class WebhookService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookService.class);

    /**
     * What every service is made of.
     *
     * @param decisions closed by the service
     * @param tasks those of this process; {@code /livez} tells whether they live
     */
    public record Settings(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            DecisionLog decisions,
            BackgroundTasks tasks) {}

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Readiness readiness = new Readiness();
    private final List<Reload<?>> reloads = new ArrayList<>();
    private final Settings settings;
    private final WebhookServer webhook;
    private final OpsServer ops;

    /** Null where the namespaces are from files. */
    private final @Nullable LiveCluster cluster;

    private final ServedCertificate served;

    /** What to listen with from the start; null where that is yet to come from a Secret. */
    private final @Nullable ServingCertificate first;

    private final @Nullable SecretTls secret;
    private @Nullable DirectoryTls directory;
    private @Nullable DecisionEvents events;

    /** Of the audit, which asks for much more than all else. */
    private @Nullable ClusterClient auditor;

    private volatile DecisionInputs inputs;
    private volatile boolean warm;

    /** Over namespaces from files: nobody is asked for anything. */
    public WebhookService(Settings settings, List<Manifest> manifests, ServingCertificate certificate) {
        this(settings, DecisionInputs.of(settings.tenancy(), manifests), null, certificate, null);
    }

    /** @param cluster made for the tenancy's usergroup label; started and closed here */
    public WebhookService(Settings settings, LiveCluster cluster, ServingCertificate certificate) {
        this(settings, DecisionInputs.of(settings.tenancy(), List.of()), cluster, certificate, null);
    }

    /**
     * Over a cluster, with the certificate from a Secret of it. It listens as soon as there is one.
     *
     * @param cluster made for the tenancy's usergroup label; started and closed here
     */
    public WebhookService(Settings settings, LiveCluster cluster, SecretTlsPlan plan) {
        this(settings, DecisionInputs.of(settings.tenancy(), List.of()), cluster, null, plan);
    }

    private WebhookService(
            Settings settings,
            DecisionInputs inputs,
            @Nullable LiveCluster cluster,
            @Nullable ServingCertificate first,
            @Nullable SecretTlsPlan plan) {
        this.settings = settings;
        this.inputs = inputs;
        this.cluster = cluster;
        this.first = first;
        Admission admission = cluster == null
                ? new Admission(() -> this.inputs.policy(), () -> this.inputs.namespaces(), Rights.TENANCY_ONLY)
                : new Admission(() -> this.inputs.policy(), cluster.namespaces(), cluster.lookup(), cluster.rights());
        this.webhook = new WebhookServer(
                vertx,
                settings.listen(),
                settings.engine(),
                Limits.DEFAULT,
                admission,
                metrics,
                settings.decisions(),
                clock);
        this.ops = new OpsServer(vertx, settings.opsListen(), readiness, settings.tasks(), metrics);
        readiness
                .with("warm", () -> new Condition(warm, warm ? "warmed up" : "warming up"))
                .with("serving", this::servingCondition)
                .with("namespaces", this::namespacesCondition);
        this.served = new ServedCertificate(webhook, metrics, readiness, clock);
        this.secret = plan == null || cluster == null
                ? null
                : new SecretTls(
                        settings.tasks(),
                        plan,
                        cluster.api(),
                        served,
                        settings.listen(),
                        webhook::port,
                        readiness::isReady,
                        () -> new CelTwin(this.inputs.policy().tenancy()).objects(),
                        clock);
        if (secret != null) {
            secret.register(metrics, readiness);
        }
        new ExceptionTerms(() -> this.inputs.policy().tenancy(), clock).register(metrics, readiness);
        metrics.gauge("marchwarden.namespaces", "Namespaces known", this::namespaces);
        if (cluster != null) {
            ClusterMetrics.register(metrics, cluster);
        }
    }

    private int namespaces() {
        return cluster == null
                ? inputs.namespaces().size()
                : cluster.namespaces().size();
    }

    /** A watch that has stopped keeps nobody from serving: what is known stays in use, and what is not is looked up. */
    private Condition namespacesCondition() {
        return cluster == null
                ? Condition.holding(namespaces() + " from files")
                : new Condition(
                        cluster.namespaces().isSynced(), cluster.namespaces().detail());
    }

    /**
     * A pod that drains stays ready: where all pods of the Service are being stopped, kube-proxy falls back to those that are terminating and
     * still ready.
     */
    private Condition servingCondition() {
        if (webhook.drain().isOver()) {
            return Condition.failing("stopped: new connections are not accepted any more");
        }
        if (!webhook.isListening()) {
            return Condition.failing("not listening yet: there is no certificate to serve");
        }
        String listening = "listening on port " + webhook.port();
        return Condition.holding(webhook.drain().isDraining() ? listening + "; stopping" : listening);
    }

    /** Takes a changed tenancy into use; to be called before {@link #start}. It changes together with the namespaces or not at all. */
    public void reloadFrom(TenancyFiles files, Duration every) {
        Reload<DecisionInputs> tenancy = new Reload<>(
                settings.tasks(),
                "tenancy",
                files.watched(),
                () -> files.read(cluster),
                fresh -> {
                    inputs = fresh;
                    if (secret != null) {
                        secret.tenancyChanged();
                    }
                },
                metrics.counter(
                        "marchwarden.tenancy.reload.failures", "Tenancy or namespace files that could not be used"),
                every);
        readiness.with("tenancy files", tenancy::condition);
        reloads.add(tenancy);
    }

    /** The same, and takes changed certificates into use. */
    public void reloadFrom(TenancyFiles files, TlsDirectory tls, Duration every) {
        reloadFrom(files, tls, null, every);
    }

    /** @param host by which clients call us; null for the first name of the certificate */
    public void reloadFrom(TenancyFiles files, TlsDirectory tls, @Nullable String host, Duration every) {
        reloadFrom(files, every);
        DirectoryTls from =
                new DirectoryTls(settings.tasks(), tls, host, served, settings.listen(), webhook::port, clock);
        if (first != null) {
            from.begin(first);
        }
        directory = from;
        reloads.add(from.reload(settings.tasks(), metrics, readiness, every));
    }

    /** Has Events written about namespaces; to be called before {@link #start}, and only over a cluster. */
    public void writeEvents() {
        if (cluster == null) {
            throw new IllegalStateException("Events without a cluster");
        }
        DecisionEvents written =
                new DecisionEvents(settings.tasks(), new LiveEvents(cluster.api(), EventMetrics.REQUEST), clock);
        EventMetrics.register(metrics, written);
        webhook.observe(written::record);
        events = written;
    }

    /**
     * Has the replica that leads audit the cluster; to be called before {@link #start}, and only with a certificate from a Secret.
     *
     * @param client closed here
     */
    public void audit(ClusterClient client, AuditPlan plan) {
        if (cluster == null || secret == null) {
            throw new IllegalStateException("an audit without a cluster or a lease");
        }
        LiveReports reports = plan.reports() == null ? null : new LiveReports(client, plan.reports(), plan.role());
        StandingAudit audit = secret.audit(
                settings.tasks(),
                new LiveAudit(client, () -> inputs.policy().tenancy(), cluster.namespaces()),
                reports == null ? null : reports::write,
                plan.rhythm(),
                clock);
        AuditMetrics.register(metrics, audit);
        readiness.with("audit", () -> Condition.holding(audit.detail()));
        auditor = client;
    }

    /** Throws {@link IllegalStateException} where it cannot listen. */
    public void start() {
        if (cluster != null) {
            cluster.start();
        }
        BlockingWait.awaitListening(settings.opsListen(), ops.start());
        if (first != null) {
            BlockingWait.awaitListening(settings.listen(), served.serve(first));
        }
        if (events != null) {
            events.start();
        }
        reloads.forEach(Reload::start);
        WarmUp.run(inputs.policy());
        warm = true;
        if (directory != null) {
            directory.start();
        }
        if (secret != null) {
            secret.start();
        }
        LOG.info(cluster == null ? "ready" : "ready as soon as the namespaces are read");
    }

    public int port() {
        return webhook.port();
    }

    public int opsPort() {
        return ops.port();
    }

    /** Drains and ends; ends at once while it is not warm yet, since nobody was told that it serves. */
    public void stop(Duration serving, Duration finishing) {
        if (!warm) {
            settings.decisions().close();
            return;
        }
        LOG.info("stopping: serving for {} s more", serving.toSeconds());
        if (secret != null) {
            secret.yieldLead();
        }
        try {
            BlockingWait.await(
                    webhook.stop(serving, finishing), serving.plus(finishing).plusSeconds(5));
        } catch (IllegalStateException e) {
            LOG.error("some requests in flight were not finished: {}", e.getMessage());
        }
        close();
    }

    @Override
    public void close() {
        reloads.forEach(Reload::close);
        if (directory != null) {
            directory.close();
        }
        if (secret != null) {
            secret.close();
        }
        if (events != null) {
            events.close();
        }
        if (auditor != null) {
            auditor.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        try {
            BlockingWait.await(vertx.close(), Duration.ofSeconds(10));
        } catch (IllegalStateException e) {
            LOG.error("the server did not close in order: {}", e.getMessage());
        }
        settings.decisions().close();
        metrics.close();
    }
}
