package dev.marchwarden.service;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.background.BackgroundTasks;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A webhook with everything around it, wired. What blocks here blocks the caller's thread, never an event loop. */
public final class WebhookService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookService.class);

    /**
     * What every service is made of.
     *
     * @param tenancy as it was read from the files
     * @param files taken into use when they change
     * @param every how often files are looked at
     * @param decisions closed by the service
     * @param tasks those of this process; {@code /livez} tells whether they live
     */
    public record Settings(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            TenancyFiles files,
            Duration every,
            DecisionLog decisions,
            BackgroundTasks tasks) {}

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Readiness readiness = new Readiness();
    private final Settings settings;
    private final WebhookServer webhook;
    private final OpsServer ops;

    /** Null where the namespaces are from files. */
    private final @Nullable LiveCluster cluster;

    private final ServingTls tls;
    private final Reload<DecisionInputs> reload;
    private final List<Runnable> onClose = new ArrayList<>();

    private volatile DecisionInputs inputs;
    private volatile boolean warm;

    /** Over namespaces from files: nobody is asked for anything. */
    public WebhookService(Settings settings, List<Manifest> manifests, DirectoryTlsPlan plan) {
        this(settings, manifests, null, plan);
    }

    /**
     * Over a cluster. With a certificate from a Secret of it, it listens as soon as there is one.
     *
     * @param cluster made for the tenancy's usergroup label; started and closed here
     */
    public WebhookService(Settings settings, LiveCluster cluster, TlsPlan plan) {
        this(settings, List.of(), cluster, plan);
    }

    private WebhookService(Settings settings, List<Manifest> manifests, @Nullable LiveCluster cluster, TlsPlan plan) {
        this.settings = settings;
        this.inputs = DecisionInputs.of(settings.tenancy(), manifests);
        this.cluster = cluster;
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
        ServedCertificate served = new ServedCertificate(webhook, metrics, readiness, clock);
        this.tls = switch (plan) {
            case DirectoryTlsPlan directory ->
                new DirectoryTls(
                        settings.tasks(),
                        directory,
                        served,
                        settings.listen(),
                        webhook::port,
                        metrics,
                        settings.every(),
                        clock);
            case SecretTlsPlan secret ->
                new SecretTls(
                        settings.tasks(),
                        secret,
                        Objects.requireNonNull(cluster, "a Secret without a cluster")
                                .api(),
                        served,
                        settings.listen(),
                        webhook::port,
                        readiness::isReady,
                        () -> new CelTwin(this.inputs.policy().tenancy()).objects(),
                        clock);
        };
        tls.register(metrics, readiness);
        this.reload = reload(cluster);
        new ExceptionTerms(() -> this.inputs.policy().tenancy(), clock).register(metrics, readiness);
        metrics.gauge("marchwarden.namespaces", "Namespaces known", this::namespaces);
        if (cluster != null) {
            ClusterMetrics.register(metrics, cluster);
        }
    }

    /** The tenancy changes together with the namespaces or not at all. */
    private Reload<DecisionInputs> reload(@Nullable LiveCluster over) {
        TenancyFiles files = settings.files();
        Reload<DecisionInputs> tenancy = new Reload<>(
                settings.tasks(),
                "tenancy",
                files.watched(),
                () -> files.read(over),
                fresh -> {
                    inputs = fresh;
                    tls.tenancyChanged();
                },
                metrics.counter(
                        "marchwarden.tenancy.reload.failures", "Tenancy or namespace files that could not be used"),
                settings.every());
        readiness.with("tenancy files", tenancy::condition);
        return tenancy;
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

    /** Has Events written about namespaces; to be called before {@link #start}, and only over a cluster. */
    public void writeEvents() {
        if (cluster == null) {
            throw new IllegalStateException("Events without a cluster");
        }
        DecisionEvents written =
                new DecisionEvents(settings.tasks(), new LiveEvents(cluster.api(), EventMetrics.REQUEST), clock);
        EventMetrics.register(metrics, written);
        webhook.observe(written::record);
        written.start();
        onClose.add(written::close);
    }

    /**
     * Has the replica that leads audit the cluster; to be called before {@link #start}, and only with a certificate from a Secret.
     *
     * @param client closed here
     */
    public void audit(ClusterClient client, AuditPlan plan) {
        if (cluster == null || !(tls instanceof SecretTls secret)) {
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
        onClose.add(client::close);
    }

    /** Throws {@link IllegalStateException} where it cannot listen. */
    public void start() {
        if (cluster != null) {
            cluster.start();
        }
        BlockingWait.awaitListening(settings.opsListen(), ops.start());
        reload.start();
        WarmUp.run(inputs.policy());
        warm = true;
        tls.start();
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
        tls.yieldLead();
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
        reload.close();
        tls.close();
        onClose.forEach(Runnable::run);
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
