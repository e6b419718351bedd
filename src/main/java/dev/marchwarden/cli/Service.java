package dev.marchwarden.cli;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
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
import dev.marchwarden.tenancy.TenancyFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A webhook with everything around it, wired. What blocks here blocks the caller's thread, never an event loop. */
final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final DecisionLog decisions;
    private final Readiness readiness = new Readiness();
    private final List<Reload<?>> reloads = new ArrayList<>();
    private final Address listen;
    private final Address opsListen;
    private final WebhookServer webhook;
    private final OpsServer ops;

    /** Null where the namespaces are from files. */
    private final @Nullable LiveCluster cluster;

    private volatile World world;
    private volatile ServingCertificate certificate;
    private volatile boolean warm;

    /**
     * What is decided by; replaced as a whole.
     *
     * @param namespaces from files; empty and of no use where there is a cluster
     */
    private record World(Policy policy, NamespaceSnapshot namespaces) {
        static World of(Tenancy tenancy, List<Manifest> manifests) {
            return new World(new Policy(tenancy), NamespaceSnapshot.of(manifests, tenancy.usergroupLabel()));
        }
    }

    /** Over namespaces from files: nobody is asked for anything. */
    Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            Tenancy tenancy,
            List<Manifest> manifests,
            ServingCertificate certificate,
            DecisionLog decisions) {
        this(listen, opsListen, engine, World.of(tenancy, manifests), null, certificate, decisions);
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
        this(listen, opsListen, engine, World.of(tenancy, List.of()), cluster, certificate, decisions);
    }

    private Service(
            Address listen,
            Address opsListen,
            TlsEngine engine,
            World world,
            @Nullable LiveCluster cluster,
            ServingCertificate certificate,
            DecisionLog decisions) {
        this.listen = listen;
        this.opsListen = opsListen;
        this.decisions = decisions;
        this.world = world;
        this.cluster = cluster;
        this.certificate = certificate;
        Admission admission = cluster == null
                ? new Admission(() -> this.world.policy(), () -> this.world.namespaces(), Rights.TENANCY_ONLY)
                : new Admission(() -> this.world.policy(), cluster.namespaces(), cluster.lookup(), cluster.rights());
        this.webhook = new WebhookServer(vertx, listen, engine, Limits.DEFAULT, admission, metrics, decisions, clock);
        this.ops = new OpsServer(vertx, opsListen, readiness, metrics);
        readiness
                .with("warm", () -> new Condition(warm, warm ? "warmed up" : "warming up"))
                .with(
                        "serving",
                        () -> webhook.drain().isDraining()
                                ? Condition.failing("stopping")
                                : Condition.holding("listening on port " + webhook.port()))
                .with("namespaces", this::namespacesCondition)
                .with("certificate", this::certificateCondition);
        metrics.gauge(
                "marchwarden.certificate.expiry.timestamp.seconds",
                "When the serving certificate expires, in seconds since 1970",
                () -> this.certificate.notAfter().getEpochSecond());
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

    private Condition certificateCondition() {
        Instant expiry = certificate.notAfter();
        return clock.instant().isBefore(expiry)
                ? Condition.holding("valid until " + expiry)
                : Condition.failing("expired at " + expiry + "; put a fresh pair in its place");
    }

    /** Takes changed files into use; to be called before {@link #start}. Tenancy and namespaces change together or not at all. */
    void reloadFrom(Path config, List<Path> namespaces, TlsDirectory tls, Duration interval) {
        Reload<World> tenancy = new Reload<>(
                "tenancy",
                Stream.concat(Stream.of(config), namespaces.stream()).toList(),
                () -> read(config, namespaces),
                fresh -> {
                    world = fresh;
                    return Future.succeededFuture();
                },
                metrics.counter(
                        "marchwarden.tenancy.reload.failures", "Tenancy or namespace files that could not be used"));
        Reload<ServingCertificate> serving = new Reload<>(
                "certificate",
                List.of(tls.path().resolve(TlsDirectory.CERTIFICATE), tls.path().resolve(TlsDirectory.KEY)),
                tls::read,
                fresh -> webhook.replaceCertificate(fresh.chainPem(), fresh.keyPem())
                        .onSuccess(done -> certificate = fresh),
                metrics.counter("marchwarden.certificate.reload.failures", "Certificates that could not be used"));
        readiness.with("tenancy files", tenancy::condition).with("certificate files", serving::condition);
        for (Reload<?> reload : List.of(tenancy, serving)) {
            reload.every(vertx, interval);
            reloads.add(reload);
        }
    }

    private World read(Path config, List<Path> namespaces) throws Exception {
        Tenancy tenancy = TenancyFile.read(config);
        if (cluster != null && !tenancy.usergroupLabel().equals(cluster.usergroupLabel())) {
            throw new IllegalStateException("spec.usergroupLabel is " + tenancy.usergroupLabel() + " (expected: "
                    + cluster.usergroupLabel() + ", or a restart: the namespaces are kept with that label)");
        }
        return World.of(tenancy, new ManifestReader(InputStream.nullInputStream()).read(namespaces));
    }

    /** Throws {@link IllegalStateException} where it cannot listen. */
    void start() {
        if (cluster != null) {
            cluster.start();
        }
        listen(opsListen, ops.start());
        listen(listen, webhook.start(certificate.chainPem(), certificate.keyPem()));
        WarmUp.run(world.policy());
        warm = true;
        LOG.info(cluster == null ? "ready" : "ready as soon as the namespaces are read");
    }

    int port() {
        return webhook.port();
    }

    int opsPort() {
        return ops.port();
    }

    private static void listen(Address address, Future<?> started) {
        try {
            await(started, START_TIMEOUT);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "cannot listen at " + address + " (" + e.getMessage() + "; expected: a free port of this machine)",
                    e);
        }
    }

    /** Drains and ends. */
    void stop(Duration serving, Duration finishing) {
        LOG.info("stopping: serving for {} s more", serving.toSeconds());
        try {
            await(webhook.stop(serving, finishing), serving.plus(finishing).plusSeconds(5));
        } catch (IllegalStateException e) {
            LOG.error("not everything in flight was finished: {}", e.getMessage());
        }
        close();
    }

    @Override
    public void close() {
        reloads.forEach(Reload::close);
        if (cluster != null) {
            cluster.close();
        }
        try {
            await(vertx.close(), Duration.ofSeconds(10));
        } catch (IllegalStateException e) {
            LOG.error("not closed in order: {}", e.getMessage());
        }
        decisions.close();
        metrics.close();
    }

    private static void await(Future<?> future, Duration timeout) {
        try {
            future.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing happened for " + timeout.toSeconds() + " s", e);
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
