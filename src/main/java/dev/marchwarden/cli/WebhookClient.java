package dev.marchwarden.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonTrees;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Calls the webhook as the API server does: HTTP/1.1 over TLS, trusting the certificates in {@code caBundle} and no others. */
final class WebhookClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;
    private final String host;
    private final int port;
    private final @Nullable SocketAddress address;

    /** Of a server on this machine. */
    WebhookClient(byte[] caBundle, int port) {
        this(caBundle, "127.0.0.1", port, null);
    }

    /**
     * @param caBundle PEM
     * @param host that the server's certificate must be for
     * @param address where to connect to, if the host is not found by its name
     */
    WebhookClient(byte[] caBundle, String host, int port, @Nullable SocketAddress address) {
        this.host = host;
        this.port = port;
        this.address = address;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setForceSni(true)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caBundle)))
                .setConnectTimeout((int) TIMEOUT.toMillis()));
    }

    /** The answering AdmissionReview's {@code response}. */
    JsonNode send(String webhook, byte[] review) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(host)
                .setPort(port)
                .setURI("/" + webhook)
                .putHeader("Content-Type", "application/json")
                .setTimeout(TIMEOUT.toMillis());
        if (address != null) {
            request.setServer(address);
        }
        Buffer answer = await(client.request(request).compose(sent -> answer(sent, Buffer.buffer(review))));
        try {
            return JsonTrees.MAPPER.readTree(answer.getBytes()).path("response");
        } catch (IOException e) {
            throw new Failure("the webhook answered something that is no JSON", e);
        }
    }

    private static Future<Buffer> answer(HttpClientRequest request, Buffer body) {
        return request.send(body)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture(new Failure(
                                "the webhook answered HTTP " + response.statusCode() + " (expected: 200)")));
    }

    private static Buffer await(Future<Buffer> answer) {
        try {
            return answer.await(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Failure e) {
            throw e;
        } catch (TimeoutException e) {
            throw new Failure("the webhook did not answer within " + 2 * TIMEOUT.toSeconds() + " s", e);
        } catch (Exception e) {
            throw new Failure("the webhook did not answer: " + e.getMessage(), e);
        }
    }

    /** Asks the mutating webhook, and returns the review with its patch applied. */
    byte[] mutated(byte[] review) {
        try {
            ObjectNode tree = (ObjectNode) JsonTrees.MAPPER.readTree(review);
            JsonNode patch = send("mutate", review).path("patch");
            if (!patch.isMissingNode()) {
                JsonNode object = tree.path("request").path("object");
                StreamSupport.stream(
                                JsonTrees.MAPPER.readTree(patch.binaryValue()).spliterator(), false)
                        .forEach(operation -> add(object, operation));
            }
            return JsonTrees.MAPPER.writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new Failure("the mutating webhook's patch cannot be read: " + e.getMessage(), e);
        }
    }

    /** All that our patches do is to add members to objects (RFC 6902, section 4.1). */
    private static void add(JsonNode object, JsonNode operation) {
        JsonPointer path = JsonPointer.compile(operation.path("path").asText());
        ((ObjectNode) object.at(path.head())).set(path.last().getMatchingProperty(), operation.path("value"));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
