package dev.marchwarden.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain HTTP port for the kubelet and Prometheus: {@code /livez}, {@code /readyz}, {@code /metrics}. Tells nothing of what tenants do:
 * counts, and whether files are good, but no names from them.
 */
public final class OpsServer {
    private static final Logger LOG = LoggerFactory.getLogger(OpsServer.class);

    private final Readiness readiness;
    private final Metrics metrics;
    private final HttpServer server;
    private final Address address;

    public OpsServer(Vertx vertx, Address address, Readiness readiness, Metrics metrics) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.address = address;
        Router router = Router.router(vertx);
        router.get("/livez").handler(context -> context.response().end("ok"));
        router.get("/readyz").handler(this::readyz);
        router.get("/metrics").handler(this::metrics);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(address.host())
                        .setPort(address.port())
                        .setIdleTimeout(60))
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
