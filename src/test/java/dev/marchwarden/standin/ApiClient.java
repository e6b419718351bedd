package dev.marchwarden.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.standin.store.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Somebody who speaks to a stand-in over HTTP, and knows what it should answer. */
final class ApiClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final StandInApiServer api;
    private final String token;
    private List<String> warnings = List.of();

    ApiClient(StandInApiServer api) {
        this.api = api;
        this.token = api.token("ann", "team-red");
    }

    JsonNode get(String path, int code) throws IOException, InterruptedException {
        return send("GET", path, "", "", code);
    }

    JsonNode post(String path, String body, int code) throws IOException, InterruptedException {
        return send("POST", path, "application/json", body, code);
    }

    JsonNode put(String path, JsonNode body, int code) throws IOException, InterruptedException {
        return send("PUT", path, "application/json", body.toString(), code);
    }

    JsonNode patch(String path, String type, String body, int code) throws IOException, InterruptedException {
        return send("PATCH", path, type, body, code);
    }

    JsonNode delete(String path, int code) throws IOException, InterruptedException {
        return send("DELETE", path, "", "", code);
    }

    /** All that a watch says until it ends. */
    List<JsonNode> watch(String path) throws IOException, InterruptedException {
        return answer("GET", path, "", "").body().lines().map(Json::parse).toList();
    }

    /** Of the last answer, as they are in the header. */
    List<String> lastWarnings() {
        return warnings;
    }

    private JsonNode send(String method, String path, String type, String body, int code)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = answer(method, path, type, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        return Json.parse(answer.body());
    }

    private HttpResponse<String> answer(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + path))
                .header("Authorization", "Bearer " + token)
                .method(method, BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        warnings = answer.headers().allValues("Warning");
        return answer;
    }

    @Override
    public void close() {
        http.close();
    }
}
