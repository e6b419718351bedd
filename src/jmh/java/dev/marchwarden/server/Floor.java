package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.policy.Rights;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The least that a webhook on our stack could do: the same server, TLS, router and reader of bodies, and a handler that looks at no byte of the
 * body and always answers the same. What Marchwarden costs is what it takes beyond this. Arguments: HOST:PORT, a TLS directory.
 */
public final class Floor {
    private static final Buffer ANSWER = Buffer.buffer("""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"4b4d6834-eea5-4493-a9b7-23f88bd7eddc",\
            "allowed":true,"auditAnnotations":{"decision":"allowed","usergroup":"usergroup-1"}}}""".getBytes(UTF_8));
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private Floor() {}

    public static void main(String[] arguments) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(cores));
        Path tls = Path.of(arguments[1]);
        Address address = Address.parse(arguments[0]);
        HttpServerOptions options = listening(vertx, address)
                .options(Files.readAllBytes(tls.resolve("tls.crt")), Files.readAllBytes(tls.resolve("tls.key")));
        vertx.deployVerticle(() -> new Instance(options, address), new DeploymentOptions().setInstances(cores))
                .await();
    }

    /** A webhook server that never starts: it only knows how one listens. */
    private static WebhookServer listening(Vertx vertx, Address address) {
        Admission none = new Admission(
                () -> {
                    throw new UnsupportedOperationException();
                },
                () -> {
                    throw new UnsupportedOperationException();
                },
                Rights.TENANCY_ONLY);
        return new WebhookServer(
                vertx,
                address,
                TlsEngine.best(),
                Limits.DEFAULT,
                none,
                new Metrics(),
                new DecisionLog(new BackgroundTasks(), line -> {}),
                InstantSource.system());
    }

    private static final class Instance extends VerticleBase {
        private final HttpServerOptions options;
        private final Address address;

        Instance(HttpServerOptions options, Address address) {
            this.options = options;
            this.address = address;
        }

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            router.route("/validate").handler(new BodyReader(Limits.DEFAULT.maxBody(), (context, body) -> {
                if (body.length < 1) {
                    context.fail(400);
                    return;
                }
                context.response().putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(ANSWER);
            }));
            return vertx.createHttpServer(options).requestHandler(router).listen(address.port(), address.host());
        }
    }
}
