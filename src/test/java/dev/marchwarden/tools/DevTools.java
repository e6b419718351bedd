package dev.marchwarden.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection by the Chrome DevTools Protocol: commands with an answer each, and events. */
final class DevTools {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 30;

    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger last = new AtomicInteger();
    private final WebSocket socket;

    private DevTools(HttpClient http, URI address) {
        this.socket =
                http.newWebSocketBuilder().buildAsync(address, new Listener()).join();
    }

    static DevTools connect(HttpClient http, URI address) {
        return new DevTools(http, address);
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private void take(String message) {
        JsonNode json;
        try {
            json = JSON.readTree(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        CompletableFuture<JsonNode> answer =
                json.has("id") ? asked.remove(json.path("id").asInt()) : null;
        if (answer == null) {
            events.add(json);
        } else if (json.has("error")) {
            answer.completeExceptionally(
                    new IllegalStateException(json.path("error").toString()));
        } else {
            answer.complete(json.path("result"));
        }
    }

    /** @param session of a page; empty for the browser itself */
    JsonNode ask(String session, String method, Map<String, ?> parameters) {
        int id = last.incrementAndGet();
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            command.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        socket.sendText(command.toString(), true).join();
        try {
            return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(method + ": " + e.getCause(), e);
        }
    }

    /** The parameters of all events of a name so far. */
    List<JsonNode> events(String session, String method) {
        return events.stream()
                .filter(event -> event.path("sessionId").asText().equals(session))
                .filter(event -> event.path("method").asText().equals(method))
                .map(event -> event.path("params"))
                .toList();
    }
}
