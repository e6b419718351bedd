package dev.marchwarden.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls the webhook as the API server does: over HTTPS, trusting the CA in {@code caBundle} and no other. */
final class WebhookClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client;
    private final int port;

    WebhookClient(byte[] caBundle, int port) {
        this.port = port;
        this.client = HttpClient.newBuilder()
                .sslContext(trusting(caBundle))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    private static SSLContext trusting(byte[] caBundle) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(caBundle)));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new Failure("the CA certificate cannot be trusted: " + e.getMessage(), e);
        }
    }

    /** The answering AdmissionReview's {@code response}. */
    JsonNode send(String webhook, byte[] review) {
        try {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/" + webhook))
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(review))
                            .build(),
                    BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new Failure("the webhook answered HTTP " + answer.statusCode() + " (expected: 200)");
            }
            return JSON.readTree(answer.body()).path("response");
        } catch (IOException e) {
            throw new Failure("the webhook did not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", e);
        }
    }

    /** Asks the mutating webhook, and returns the review with its patch applied. */
    byte[] mutated(byte[] review) {
        try {
            ObjectNode tree = (ObjectNode) JSON.readTree(review);
            JsonNode patch = send("mutate", review).path("patch");
            if (!patch.isMissingNode()) {
                JsonNode object = tree.path("request").path("object");
                StreamSupport.stream(JSON.readTree(patch.binaryValue()).spliterator(), false)
                        .forEach(operation -> add(object, operation));
            }
            return JSON.writeValueAsBytes(tree);
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
        client.close();
    }
}
