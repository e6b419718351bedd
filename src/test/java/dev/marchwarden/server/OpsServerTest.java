package dev.marchwarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.server.Readiness.Condition;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class OpsServerTest {
    /** Conditions are asked each time; one that fails makes the answer 503, and all say why. */
    @Test
    void readinessFollowsItsConditions(Vertx vertx, VertxTestContext test) {
        AtomicBoolean synced = new AtomicBoolean();
        Readiness readiness = new Readiness()
                .with("always", () -> Condition.holding("so it is"))
                .with("synced", () -> new Condition(synced.get(), synced.get() ? "done" : "not yet"));
        OpsServer server =
                new OpsServer(vertx, new Address("127.0.0.1", 0), readiness, new BackgroundTasks(), new Metrics());
        server.start()
                .compose(started -> get(vertx, server))
                .compose(response -> {
                    test.verify(() -> assertThat(response.statusCode()).isEqualTo(503));
                    return response.body();
                })
                .compose(body -> {
                    JsonObject report = body.toJsonObject();
                    test.verify(() -> assertThat(report.getBoolean("ready")).isFalse());
                    test.verify(() -> assertThat(report.getJsonArray("conditions"))
                            .contains(new JsonObject()
                                    .put("name", "synced")
                                    .put("ok", false)
                                    .put("detail", "not yet")));
                    synced.set(true);
                    return get(vertx, server);
                })
                .onComplete(test.succeeding(response -> test.verify(() -> {
                    assertThat(response.statusCode()).isEqualTo(200);
                    test.completeNow();
                })));
    }

    private static Future<HttpClientResponse> get(Vertx vertx, OpsServer server) {
        return vertx.createHttpClient()
                .request(HttpMethod.GET, server.port(), "127.0.0.1", "/readyz")
                .compose(request -> request.send());
    }
}
