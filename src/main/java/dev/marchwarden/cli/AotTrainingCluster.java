package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * As much of an API server as a webhook in training asks for: its namespaces, listed and watched, where something changes all the time, and
 * rights, which nobody has.
 */
final class AotTrainingCluster implements AutoCloseable {
    private static final String NAMESPACES = "/api/v1/namespaces";
    private static final long CHANGE_MILLIS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonObject> namespaces;
    private final HttpServer server;
    private final Path kubeconfig;
    private int version = 1;

    /**
     * @param directory with {@code namespaces.yaml} and, in {@code tls}, a certificate for 127.0.0.1; gets a {@code kubeconfig}
     */
    AotTrainingCluster(Path directory) throws Exception {
        this.namespaces = new ManifestReader(InputStream.nullInputStream())
                .read(List.of(directory.resolve("namespaces.yaml"))).stream()
                        .filter(Manifest::isNamespace)
                        .map(namespace -> json((ObjectNode) namespace.object()))
                        .toList();
        Path tls = directory.resolve("tls");
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(tls.resolve("tls.crt").toString())
                                .setKeyPath(tls.resolve("tls.key").toString())))
                .requestHandler(this::answer)
                .listen()
                .await();
        this.kubeconfig = Files.writeString(directory.resolve("kubeconfig"), kubeconfig(tls.resolve("ca.crt")));
    }

    /** The file that leads here. */
    Path kubeconfig() {
        return kubeconfig;
    }

    private static JsonObject json(ObjectNode namespace) {
        JsonObject object = new JsonObject(namespace.toString());
        object.getJsonObject("metadata").put("resourceVersion", "1").put("uid", "training");
        return object;
    }

    private String kubeconfig(Path authority) {
        return """
                apiVersion: v1
                kind: Config
                current-context: training
                contexts: [{name: training, context: {cluster: training, user: training}}]
                clusters: [{name: training, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
                users: [{name: training, user: {token: training}}]
                """.formatted(server.actualPort(), authority);
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader("Content-Type", "application/json");
        String path = String.valueOf(request.path());
        if (path.equals(NAMESPACES) && "true".equals(request.getParam("watch"))) {
            watch(response.setChunked(true));
        } else if (path.equals(NAMESPACES)) {
            response.end(new JsonObject()
                    .put("kind", "NamespaceList")
                    .put("apiVersion", "v1")
                    .put("metadata", new JsonObject().put("resourceVersion", String.valueOf(version)))
                    .put("items", new JsonArray(namespaces))
                    .toBuffer());
        } else if (path.startsWith("/apis/authorization.k8s.io/")) {
            request.body()
                    .onSuccess(asked -> response.setStatusCode(201)
                            .end(asked.toJsonObject()
                                    .put("status", new JsonObject().put("allowed", false))
                                    .toBuffer()));
        } else {
            response.setStatusCode(404)
                    .end(new JsonObject()
                            .put("kind", "Status")
                            .put("apiVersion", "v1")
                            .put("status", "Failure")
                            .put("reason", "NotFound")
                            .put("code", 404)
                            .toBuffer());
        }
    }

    private void watch(HttpServerResponse response) {
        vertx.setPeriodic(CHANGE_MILLIS, timer -> {
            if (response.closed()) {
                vertx.cancelTimer(timer);
                return;
            }
            version++;
            JsonObject changed = namespaces.get(version % namespaces.size()).copy();
            changed.getJsonObject("metadata").put("resourceVersion", String.valueOf(version));
            response.write(new JsonObject()
                            .put("type", "MODIFIED")
                            .put("object", changed)
                            .encode() + "\n");
        });
    }

    @Override
    public void close() throws IOException {
        vertx.close().await();
    }
}
