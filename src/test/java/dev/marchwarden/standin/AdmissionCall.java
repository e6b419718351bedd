package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import dev.marchwarden.standin.NamespaceStore.StatusException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks a validating webhook with failurePolicy Fail, as the API server does. */
public final class AdmissionCall {
    private final HttpClient http;
    private final URI webhook;

    public AdmissionCall(URI webhook, SSLContext trust) {
        this.webhook = webhook;
        this.http = HttpClient.newBuilder()
                .sslContext(trust)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** Throws where the write is not admitted. */
    void require(String operation, Headers headers, @Nullable ObjectNode before, @Nullable ObjectNode after)
            throws IOException, StatusException {
        JsonNode response;
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(webhook)
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(10))
                            .POST(BodyPublishers.ofByteArray(review(operation, headers, before, after)))
                            .build(),
                    BodyHandlers.ofByteArray());
            response = NamespaceStore.JSON.readTree(answer.body()).path("response");
        } catch (IOException e) {
            throw new StatusException(500, "failed calling webhook: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StatusException(500, "interrupted");
        }
        if (!response.path("allowed").asBoolean()) {
            JsonNode status = response.path("status");
            throw new StatusException(
                    status.path("code").asInt(400),
                    "admission webhook denied the request: "
                            + status.path("message").asText());
        }
    }

    private static byte[] review(
            String operation, Headers headers, @Nullable ObjectNode before, @Nullable ObjectNode after)
            throws IOException {
        ObjectNode known = after == null ? before : after;
        String name = known == null ? "" : known.at("/metadata/name").asText();
        ObjectNode review = NamespaceStore.JSON.createObjectNode();
        review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request =
                review.putObject("request").put("uid", UUID.randomUUID().toString());
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Namespace");
        request.putObject("resource").put("group", "").put("version", "v1").put("resource", "namespaces");
        request.put("name", name).put("namespace", name).put("operation", operation);
        ObjectNode user = request.putObject("userInfo");
        user.put("username", String.valueOf(headers.getFirst("Impersonate-User")));
        headers.getOrDefault("Impersonate-Group", List.of()).forEach(user.withArrayProperty("groups")::add);
        request.set("object", after);
        request.set("oldObject", before);
        request.put("dryRun", false).putNull("options");
        return NamespaceStore.JSON.writeValueAsBytes(review);
    }
}
