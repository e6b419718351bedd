package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Reads all objects of a kind in pages, and each object of a page by itself: the library holds whole lists, and a cluster's pods may be
 * gigabytes. The size of a page follows from the size of the objects before.
 */
final class PagedList<T extends HasMetadata> {
    private static final int FIRST_PAGE = 50;
    private static final int MAX_PAGE = 500;
    private static final int PAGE_BYTES = 4 << 20;

    /** The list has changed too much since the first page: it is read again. */
    private static final int GONE = 410;

    private static final int ATTEMPTS = 3;

    /** What a page says of itself, besides its objects. */
    private record Page(String next, int objects, int bytes) {}

    private final KubernetesClient client;
    private final String server;
    private final Duration timeout;
    private final Kind<T> kind;
    private final String name;

    /** @param name of the objects, in whatever namespaces; empty for any */
    PagedList(KubernetesClient client, String server, Duration timeout, Kind<T> kind, String name) {
        this.client = client;
        this.server = server;
        this.timeout = timeout;
        this.kind = kind;
        this.name = name;
    }

    /**
     * @param begin for an empty one, each time that the list is read from its beginning
     * @param each takes what is kept of an object
     */
    <A> A read(String namespace, String selector, Supplier<A> begin, BiConsumer<? super A, ? super T> each)
            throws ClusterException {
        for (int attempt = 1; ; attempt++) {
            A read = begin.get();
            String next = "";
            try {
                int limit = FIRST_PAGE;
                do {
                    Page page = page(namespace, selector, limit, next, object -> each.accept(read, object));
                    next = page.next();
                    limit = limit(limit, page);
                } while (!next.isEmpty());
                return read;
            } catch (ClusterException e) {
                if (e.isMissing() && next.isEmpty()) { // not served; on a later page it would hide what was there
                    return begin.get();
                }
                if (e.status() != GONE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** As many as fit at this size, and at most twice as many as before. */
    private static int limit(int before, Page page) {
        int each = Math.max(1, page.bytes() / Math.max(1, page.objects()));
        return Math.clamp(Math.min(PAGE_BYTES / each, before * 2L), 1, MAX_PAGE);
    }

    private interface Sink<T> {
        void accept(T object);
    }

    private Page page(String namespace, String selector, int limit, String next, Sink<T> sink) throws ClusterException {
        String asked = "list " + kind.collection(namespace);
        String query = "?limit=" + limit
                + (selector.isEmpty() ? "" : "&labelSelector=" + encoded(selector))
                + (name.isEmpty() ? "" : "&fieldSelector=" + encoded("metadata.name=" + name))
                + (next.isEmpty() ? "" : "&continue=" + encoded(next));
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(server + kind.path(namespace) + query))
                .header("Accept", "application/json")
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = client.getHttpClient().sendAsync(request, byte[].class);
        try {
            HttpResponse<byte[]> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!response.isSuccessful()) {
                throw RequestFailure.refused(server, asked, response.code(), said(response.body()), null);
            }
            return parse(response.body(), asked, sink);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw RequestFailure.of(server, asked, e);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw RequestFailure.of(server, asked, e);
        } catch (ExecutionException e) {
            throw RequestFailure.of(server, asked, e);
        } catch (ClusterException e) {
            throw e;
        } catch (IOException e) {
            // Without the cause, which may quote the object.
            throw new ClusterException(
                    "cannot " + asked + ": " + server + ": the answer is not a list in JSON", 0, new IOException());
        }
    }

    private static String said(byte[] body) {
        try {
            return ModelJson.MAPPER.readTree(body).path("message").asText("");
        } catch (IOException e) {
            return new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
        }
    }

    private Page parse(byte[] body, String asked, Sink<T> sink) throws IOException {
        String next = "";
        int objects = 0;
        try (JsonParser json = ModelJson.MAPPER.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
                    JsonNode metadata = ModelJson.MAPPER.readTree(json);
                    next = metadata.path("continue").asText("");
                } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        sink.accept(object(json, body, objects, asked));
                        objects++;
                    }
                } else {
                    json.skipChildren();
                }
            }
        }
        return new Page(next, objects, body.length);
    }

    private T object(JsonParser json, byte[] body, int index, String asked) throws IOException {
        try {
            return ModelJson.MAPPER.readValue(json, kind.type());
        } catch (JsonMappingException e) {
            // An answer that is no JSON fails here, and is told so.
            JsonNode metadata =
                    ModelJson.MAPPER.readTree(body).path("items").path(index).path("metadata");
            String title = kind.titled(
                    metadata.path("namespace").asText(), metadata.path("name").asText());
            // Without the cause, which may quote the object.
            throw new ClusterException(
                    "cannot %s: %s: %s cannot be read at %s (expected: a field as %s has it)"
                            .formatted(asked, server, Quoted.bare(title), Quoted.bare(place(e)), kind.apiVersion()),
                    0,
                    new IOException());
        }
    }

    /** {@code spec.containers[0].env}. */
    private static String place(JsonMappingException e) {
        StringBuilder place = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                place.append('[').append(step.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return place.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
