package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/** The API of a cluster, for who looks at it several times a second, which takes too long by kubectl. */
final class ClusterApi implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int NOT_FOUND = 404;
    private static final int BUSY = 429;

    private final HttpClient http;
    private final URI server;
    private final String token;

    ClusterApi(URI server, SSLContext trust, String token) {
        this.http = HttpClient.newBuilder().sslContext(trust).build();
        this.server = server;
        this.token = token;
    }

    /** Missing where there is none, or no such kind. */
    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("GET", path, "", "");
        // of a kind whose definition is new
        for (int attempt = 0; answer.statusCode() == BUSY && attempt < 20; attempt++) {
            Thread.sleep(500);
            answer = send("GET", path, "", "");
        }
        if (answer.statusCode() == NOT_FOUND) {
            return MissingNode.getInstance();
        }
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** None where there is no such kind. */
    List<JsonNode> list(String path) throws IOException, InterruptedException {
        return get(path).path("items").valueStream().toList();
    }

    /** Whether it was taken: somebody else may have been faster, or it may be gone. */
    boolean create(String collection, JsonNode object) throws IOException, InterruptedException {
        return isTaken(send("POST", collection, "application/json", object.toString()));
    }

    /** Whether it was taken. */
    boolean patch(String path, String type, JsonNode patch) throws IOException, InterruptedException {
        return isTaken(send("PATCH", path, "application/" + type + "-patch+json", patch.toString()));
    }

    /** Whether it was taken. */
    boolean delete(String path, JsonNode options) throws IOException, InterruptedException {
        return isTaken(send("DELETE", path, "application/json", options.toString()));
    }

    /** Fails where it is neither taken nor overtaken. */
    private static boolean isTaken(HttpResponse<String> answer) throws IOException {
        int status = answer.statusCode();
        if (status >= 200 && status <= 299) {
            return true;
        }
        boolean overtaken = status == NOT_FOUND || status == 409 || status == 422;
        // A namespace that goes takes nothing in.
        if (overtaken || answer.body().contains("because it is being terminated")) {
            return false;
        }
        throw new IOException(answer.request().method() + " " + answer.uri() + ": " + answer.body());
    }

    private HttpResponse<String> send(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
