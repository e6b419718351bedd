package dev.marchwarden.cli;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Rights;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A webhook with everything around it, wired. What blocks here blocks the caller's thread, never an event loop. */
final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final DecisionLog decisions;
    private final Readiness readiness = new Readiness();
    private final List<Looking> reloads = new ArrayList<>();
    private final Address listen;
    private final Address opsListen;
    private final WebhookServer webhook;
    private final OpsServer ops;

    /** Null where the namespaces are from files. */
    private final @Nullable LiveCluster cluster;

    private final ServedCertificate served;

    /** What to listen with from the start; null where that is yet to come from a Secret. */
    private final @Nullable ServingCertificate first;

    private final @Nullable SecretTls secret;
    private @Nullable DirectoryTls directory;

    private volatile World world;
    private volatile boolean warm;

    /** Over namespaces from files: nobody is asked for anything. */
    Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            List<Manifest> manifests,
            ServingCertificate certificate,
            DecisionLog decisions) {
        this(listen, opsListen, engine, World.of(tenancy, manifests), null, certificate, null, decisions);
    }

    /** @param cluster made for the tenancy's usergroup label; started and closed here */
    Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            LiveCluster cluster,
            ServingCertificate certificate,
            DecisionLog decisions) {
        this(listen, opsListen, engine, World.of(tenancy, List.of()), cluster, certificate, null, decisions);
    }

    /**
     * Over a cluster, with what a Secret of it holds. It listens as soon as there is something.
     *
     * @param cluster made for the tenancy's usergroup label; started and closed here
     */
    Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            LiveCluster cluster,
            SecretTlsPlan plan,
            DecisionLog decisions) {
        this(listen, opsListen, engine, World.of(tenancy, List.of()), cluster, null, plan, decisions);
    }

    private Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            World world,
            @Nullable LiveCluster cluster,
            @Nullable ServingCertificate first,
            @Nullable SecretTlsPlan plan,
            DecisionLog decisions) {
        this.listen = listen;
        this.opsListen = opsListen;
        this.decisions = decisions;
        this.world = world;
        this.cluster = cluster;
        this.first = first;
        Admission admission = cluster == null
                ? new Admission(() -> this.world.policy(), () -> this.world.namespaces(), Rights.TENANCY_ONLY)
                : new Admission(() -> this.world.policy(), cluster.namespaces(), cluster.lookup(), cluster.rights());
        this.webhook = new WebhookServer(vertx, listen, engine, Limits.DEFAULT, admission, metrics, decisions, clock);
        this.ops = new OpsServer(vertx, opsListen, readiness, metrics);
        readiness
                .with("warm", () -> new Condition(warm, warm ? "warmed up" : "warming up"))
                .with("serving", this::servingCondition)
                .with("namespaces", this::namespacesCondition);
        this.served = new ServedCertificate(webhook, metrics, readiness, clock);
        this.secret = plan == null || cluster == null
                ? null
                : new SecretTls(plan, cluster.api(), served, listen, webhook::port, readiness::isReady, clock);
        if (secret != null) {
            secret.register(metrics, readiness);
        }
        metrics.gauge("marchwarden.namespaces", "Namespaces known", this::namespaces);
        if (cluster != null) {
            ClusterMetrics.register(metrics, cluster);
        }
    }

    private int namespaces() {
        return cluster == null
                ? world.namespaces().size()
                : cluster.namespaces().size();
    }

    /** A watch that has stopped keeps nobody from serving: what is known stays in use, and what is not is looked up. */
    private Condition namespacesCondition() {
        return cluster == null
                ? Condition.holding(namespaces() + " from files")
                : new Condition(
                        cluster.namespaces().isSynced(), cluster.namespaces().detail());
    }

    private Condition servingCondition() {
        if (webhook.drain().isDraining()) {
            return Condition.failing("stopping");
        }
        return webhook.isListening()
                ? Condition.holding("listening on port " + webhook.port())
                : Condition.failing("not listening yet: there is no certificate to serve");
    }

    /** Takes a changed tenancy into use; to be called before {@link #start}. It changes together with the namespaces or not at all. */
    void reloadFrom(Path config, List<Path> namespaces, Duration interval) {
        Reload<World> tenancy = new Reload<>(
                "tenancy",
                Stream.concat(Stream.of(config), namespaces.stream()).toList(),
                () -> World.read(config, namespaces, cluster),
                fresh -> {
                    world = fresh;
                    return Future.succeededFuture();
                },
                metrics.counter(
                        "marchwarden.tenancy.reload.failures", "Tenancy or namespace files that could not be used"));
        readiness.with("tenancy files", tenancy::condition);
        reloads.add(new Looking(tenancy, interval));
    }

    /** The same, and takes changed certificates into use. */
    void reloadFrom(Path config, List<Path> namespaces, TlsDirectory tls, Duration interval) {
        reloadFrom(config, namespaces, tls, null, interval);
    }

    /** @param host by which clients call us; null for the first name of the certificate */
    void reloadFrom(Path config, List<Path> namespaces, TlsDirectory tls, @Nullable String host, Duration interval) {
        reloadFrom(config, namespaces, interval);
        DirectoryTls from = new DirectoryTls(tls, host, served, listen, webhook::port, clock);
        if (first != null) {
            from.begin(first);
        }
        directory = from;
        reloads.add(new Looking(from.reload(metrics, readiness), interval));
    }

    /** Not before the server listens with what it was given. */
    private record Looking(Reload<?> reload, Duration interval) {}

    /** Throws {@link IllegalStateException} where it cannot listen. */
    void start() {
        if (cluster != null) {
            cluster.start();
        }
        Blocking.awaitListening(opsListen, ops.start());
        if (first != null) {
            Blocking.awaitListening(listen, served.serve(first));
        }
        reloads.forEach(each -> each.reload().every(vertx, each.interval()));
        WarmUp.run(world.policy());
        warm = true;
        if (directory != null) {
            directory.start();
        }
        if (secret != null) {
            secret.start();
        }
        LOG.info(cluster == null ? "ready" : "ready as soon as the namespaces are read");
    }

    int port() {
        return webhook.port();
    }

    int opsPort() {
        return ops.port();
    }

    /** Drains and ends. */
    void stop(Duration serving, Duration finishing) {
        LOG.info("stopping: serving for {} s more", serving.toSeconds());
        if (secret != null) {
            secret.yieldLead();
        }
        try {
            Blocking.await(
                    webhook.stop(serving, finishing), serving.plus(finishing).plusSeconds(5));
        } catch (IllegalStateException e) {
            LOG.error("not everything in flight was finished: {}", e.getMessage());
        }
        close();
    }

    @Override
    public void close() {
        reloads.forEach(each -> each.reload().close());
        if (directory != null) {
            directory.close();
        }
        if (secret != null) {
            secret.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        try {
            Blocking.await(vertx.close(), Duration.ofSeconds(10));
        } catch (IllegalStateException e) {
            LOG.error("not closed in order: {}", e.getMessage());
        }
        decisions.close();
        metrics.close();
    }
}
