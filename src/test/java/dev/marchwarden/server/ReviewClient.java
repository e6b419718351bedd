package dev.marchwarden.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** Asks as the API server does: HTTP/1.1 over keep-alive connections, the certificate and the host name verified. */
public final class ReviewClient implements AutoCloseable {
    private static final HttpClient PLAIN = HttpClient.newHttpClient();

    private final HttpClient http;
    private final URI server;

    public ReviewClient(SSLContext trust, int port) {
        this.http = HttpClient.newBuilder()
                .sslContext(trust)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        this.server = URI.create("https://localhost:" + port);
    }

    public Reply validate(byte[] review) {
        return post("/validate?timeout=10s", review);
    }

    public Reply mutate(byte[] review) {
        return post("/mutate?timeout=10s", review);
    }

    /** As an API server that traces does; with several values it is sent several times. */
    Reply validateTraced(byte[] review, String... traceparents) {
        HttpRequest.Builder request = request("/validate?timeout=10s", review);
        for (String traceparent : traceparents) {
            request.header("Traceparent", traceparent);
        }
        return send(request.build());
    }

    private Reply post(String path, byte[] body) {
        return send(request(path, body).build());
    }

    private HttpRequest.Builder request(String path, byte[] body) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofByteArray(body));
    }

    private Reply send(HttpRequest request) {
        try {
            return reply(http.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** GET of the port that has no TLS. */
    public static Reply get(int port, String path) throws IOException, InterruptedException {
        return reply(PLAIN.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                BodyHandlers.ofByteArray()));
    }

    private static Reply reply(HttpResponse<byte[]> response) {
        Map<String, String> headers = response.headers().map().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.join(", ", entry.getValue())));
        return new Reply(response.statusCode(), headers, response.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
