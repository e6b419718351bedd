package dev.marchwarden.server;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.PlatformHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server: POST {@code /validate} and {@code /mutate}, on one event loop a core. TLS 1.3 and 1.2, HTTP/1.1 only: that is what
 * the API server speaks to webhooks (kubernetes/apiserver: pkg/util/webhook/client.go), and it leaves out a class of floods.
 */
public final class WebhookServer {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookServer.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    private final Vertx vertx;
    private final Address address;
    private final TlsEngine engine;
    private final Limits limits;
    private final Admission admission;
    private final Metrics metrics;
    private final DecisionLog decisions;
    private final InstantSource clock;

    private volatile Consumer<Outcome> observer = outcome -> {};

    private final Drain drain = new Drain();
    private final BodyBudget budget;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile int port;

    public WebhookServer(
            Vertx vertx,
            Address address,
            TlsEngine engine,
            Limits limits,
            Admission admission,
            Metrics metrics,
            DecisionLog decisions,
            InstantSource clock) {
        this.vertx = vertx;
        this.address = address;
        this.engine = engine;
        this.limits = limits;
        this.admission = admission;
        this.metrics = metrics;
        this.decisions = decisions;
        this.clock = clock;
        this.budget = new BodyBudget(limits);
        this.port = address.port();
        metrics.info(
                "marchwarden.tls.info",
                "The TLS engine and the transport in use",
                "engine",
                engine.spelling(),
                "transport",
                transport(vertx));
        metrics.gauge("marchwarden.connections", "Open connections to the webhook", connections::get);
        metrics.gauge("marchwarden.bodies.in.flight.bytes", "Request bodies being read or decided", budget::taken);
        metrics.gauge("marchwarden.decision.log.lost", "Decisions that could not be written", decisions::lost);
    }

    /** @param each is told of every decision, on an event loop, so it must not block; to be called before {@link #start} */
    public void observe(Consumer<Outcome> each) {
        observer = each;
    }

    /** What moves the bytes: {@code epoll}, or {@code nio} where its native library does not load. */
    public static String transport(Vertx vertx) {
        return vertx.isNativeTransportEnabled() ? "epoll" : "nio";
    }

    /**
     * @param chain PEM of the serving certificate and its intermediates
     * @param key PEM of its private key
     */
    public Future<Void> start(byte[] chain, byte[] key) {
        HttpServerOptions options = options(chain, key);
        int eventLoops = Runtime.getRuntime().availableProcessors();
        return vertx.deployVerticle(() -> new Instance(options), new DeploymentOptions().setInstances(eventLoops))
                .onSuccess(deployed -> LOG.info(
                        "serving https://{} with {} on {}",
                        new Address(address.host(), port),
                        engine.spelling(),
                        transport(vertx)))
                .mapEmpty();
    }

    /** One event loop's share. */
    private final class Instance extends VerticleBase {
        private final HttpServerOptions options;

        Instance(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(router())
                    .connectionHandler(connection -> {
                        connection.closeHandler(closed -> connections.decrementAndGet());
                        if (connections.incrementAndGet() > limits.maxConnections()) {
                            connection.close();
                        }
                    });
            return server.listen(sharedAddress()).onSuccess(listening -> {
                port = listening.actualPort();
                servers.add(listening);
            });
        }
    }

    /** All instances share one port; port 0 as such would give each its own. */
    private SocketAddress sharedAddress() {
        return address.port() == 0
                ? SocketAddress.sharedRandomPort(1, address.host())
                : SocketAddress.inetSocketAddress(address.port(), address.host());
    }

    private Router router() {
        Router router = Router.router(vertx);
        // One thread for all event loops: one large review at a time takes memory, and one processor at the most.
        WorkerExecutor largeReviews = vertx.createSharedWorkerExecutor("large reviews", 1);
        SlowBodies slow = new SlowBodies(limits);
        slow.lookOn(vertx);
        for (Webhook webhook : Webhook.values()) {
            Route route = router.route("/" + webhook.spelling());
            route.handler((PlatformHandler) WebhookServer::checkHead);
            route.handler((PlatformHandler) budget::admit);
            route.handler((PlatformHandler) slow::await);
            ReviewHandler reviews = new ReviewHandler(
                    webhook, admission, drain, metrics, decisions, observer, clock, largeReviews, budget);
            route.handler(new BodyReader(limits.maxBody(), reviews::answer));
        }
        router.route().handler(context -> context.fail(404));
        router.route().failureHandler(this::failed);
        return router;
    }

    private static void checkHead(RoutingContext context) {
        if (!context.request().method().equals(HttpMethod.POST)) {
            context.fail(405);
            return;
        }
        String type = context.request().getHeader("Content-Type");
        if (type == null
                || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
            context.fail(415);
            return;
        }
        context.next();
    }

    private void failed(RoutingContext context) {
        int code = context.statusCode();
        if (code < 400 || code == 500) {
            code = 500;
            metrics.failed();
            LOG.error("a request failed", context.failure());
        }
        HttpError.answer(context, drain, code, null);
    }

    /** How it listens; the floor that it is measured against listens the same way. */
    HttpServerOptions options(byte[] chain, byte[] key) {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setSslEngineOptions(engine.options())
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                .setKeyCertOptions(pair(chain, key))
                // Nobody asks for WebSockets; their extensions would be looked for in each request and each answer.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setTcpKeepAlive(true)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout((int) limits.idleTimeout().toSeconds());
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    private static PemKeyCertOptions pair(byte[] chain, byte[] key) {
        return new PemKeyCertOptions().setCertValue(Buffer.buffer(chain)).setKeyValue(Buffer.buffer(key));
    }

    /** Serves another certificate from now on. Connections that are open go on with the old one; where it fails, so do new ones. */
    public Future<Void> replaceCertificate(byte[] chain, byte[] key) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setUseAlpn(true);
        options.setApplicationLayerProtocols(List.of("http/1.1"));
        options.setKeyCertOptions(pair(chain, key));
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        List<Future<Boolean>> updates =
                servers.stream().map(server -> server.updateSSLOptions(options)).toList();
        return Future.all(updates).mapEmpty();
    }

    public int port() {
        return port;
    }

    /** Whether it has begun to listen. */
    public boolean isListening() {
        return !servers.isEmpty();
    }

    public Drain drain() {
        return drain;
    }

    /**
     * Asks every connection to go elsewhere and keeps serving until the API servers have noticed; then finishes what is in flight.
     *
     * @param serving how long to keep serving; endpoints need some seconds to go round a cluster
     * @param finishing how long what is in flight may take after that
     */
    public Future<Void> stop(Duration serving, Duration finishing) {
        drain.begin();
        Promise<Void> stopped = Promise.promise();
        vertx.setTimer(Math.max(1, serving.toMillis()), over -> {
            drain.end();
            Future.all(servers.stream()
                            .map(server -> server.shutdown(finishing))
                            .toList())
                    .<Void>mapEmpty()
                    .onComplete(stopped);
        });
        return stopped.future();
    }
}
