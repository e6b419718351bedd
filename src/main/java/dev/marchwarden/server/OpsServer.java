package dev.marchwarden.server;

import dev.marchwarden.background.BackgroundTasks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain HTTP port for the kubelet and Prometheus: {@code /livez}, {@code /readyz}, {@code /metrics}. Tells nothing of what tenants do:
 * counts, and whether files are good, but no names from them.
 *
 * <p>It has limits of its own, since it shares event loops and heap with the webhook, and anybody who reaches the pod may call it. Beyond
 * {@link #MAX_CONNECTIONS} the oldest connection makes way: were the newest refused, idle connections could keep the kubelet out.
 */
public final class OpsServer {
    private static final Logger LOG = LoggerFactory.getLogger(OpsServer.class);

    /** Open at one time. A kubelet needs one or two, a Prometheus one. */
    static final int MAX_CONNECTIONS = 64;

    /** After which a connection without traffic is closed; scrapes are mostly 15 to 60 s apart. */
    private static final Duration IDLE = Duration.ofSeconds(75);

    /** Bytes of the request line and of all headers; no client of ours sends more than some hundreds. */
    private static final int MAX_LINE = 1 << 10;

    private static final int MAX_HEADERS = 4 << 10;

    private final Readiness readiness;
    private final BackgroundTasks tasks;
    private final Metrics metrics;
    private final HttpServer server;
    private final Address address;
    private final Deque<HttpConnection> connections = new ArrayDeque<>();

    public OpsServer(Vertx vertx, Address address, Readiness readiness, BackgroundTasks tasks, Metrics metrics) {
        this.readiness = readiness;
        this.tasks = tasks;
        this.metrics = metrics;
        this.address = address;
        Router router = Router.router(vertx);
        router.route().handler(OpsServer::refuseBody);
        router.get("/livez").handler(this::livez);
        router.get("/readyz").handler(this::readyz);
        router.get("/metrics").handler(this::metrics);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(address.host())
                        .setPort(address.port())
                        // Otherwise a connection counts only from its first bytes on.
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(MAX_LINE)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setIdleTimeout((int) IDLE.toSeconds()))
                .connectionHandler(this::opened)
                .requestHandler(router);
    }

    public Future<Void> start() {
        metrics.bindJvm();
        return server.listen()
                .onSuccess(listening -> LOG.info(
                        "probes and metrics at http://{}", new Address(address.host(), listening.actualPort())))
                .mapEmpty();
    }

    public int port() {
        return server.actualPort();
    }

    private void opened(HttpConnection connection) {
        connection.closeHandler(closed -> {
            synchronized (connections) {
                connections.remove(connection);
            }
        });
        HttpConnection oldest = null;
        synchronized (connections) {
            connections.addLast(connection);
            if (connections.size() > MAX_CONNECTIONS) {
                oldest = connections.removeFirst();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** None of the paths takes a body; the connection of a client that sends one is closed, so that nothing of it is read. */
    private static void refuseBody(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean body = context.request().getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || (length != null && !length.equals("0"));
        if (!body) {
            context.next();
            return;
        }
        context.addEndHandler(end -> context.request().connection().close());
        context.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end("this port takes no request body\n");
    }

    private void livez(RoutingContext context) {
        List<String> dead = tasks.dead();
        if (dead.isEmpty()) {
            context.response().end("ok");
        } else {
            context.response()
                    .setStatusCode(503)
                    .end("dead background tasks: " + String.join(", ", dead) + "; the log says why\n");
        }
    }

    private void readyz(RoutingContext context) {
        JsonObject report = readiness.report();
        context.response()
                .setStatusCode(report.getBoolean("ready") ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .end(report.toBuffer());
    }

    private void metrics(RoutingContext context) {
        context.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape());
    }
}
