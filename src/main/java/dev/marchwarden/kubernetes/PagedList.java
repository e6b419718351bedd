package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
    /** Small objects may be followed by large ones: a page that turns out larger is asked for again, with fewer objects. */
    private static final int MAX_PAGE_BYTES = 8 << 20;

    /** No object is as large. */
    private static final int MAX_OBJECT_BYTES = 32 << 20;

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
    private final int maxBytes;

    /** @param name of the objects, in whatever namespaces; empty for any */
    PagedList(KubernetesClient client, String server, Duration timeout, Kind<T> kind, String name) {
        this(client, server, timeout, kind, name, MAX_PAGE_BYTES);
    }

    /** @param maxBytes of a page */
    PagedList(KubernetesClient client, String server, Duration timeout, Kind<T> kind, String name, int maxBytes) {
        this.client = client;
        this.server = server;
        this.timeout = timeout;
        this.kind = kind;
        this.name = name;
        this.maxBytes = maxBytes;
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
                    byte[] body = page(namespace, selector, limit, next);
                    while (body.length > most(limit)) {
                        limit = fewer(limit, namespace);
                        body = page(namespace, selector, limit, next);
                    }
                    Page page = parse(body, namespace, object -> each.accept(read, object));
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

    /** As many as fill half a page at this size, and at most twice as many as before. */
    private int limit(int before, Page page) {
        int each = Math.max(1, page.bytes() / Math.max(1, page.objects()));
        return Math.clamp(Math.min(maxBytes / 2 / each, before * 2L), 1, MAX_PAGE);
    }

    private interface Sink<T> {
        void accept(T object);
    }

    private int most(int limit) {
        return limit == 1 ? MAX_OBJECT_BYTES : maxBytes;
    }

    private int fewer(int limit, String namespace) throws ClusterException {
        if (limit == 1) {
            throw new ClusterException(
                    "cannot %s: %s: an object of more than %d bytes"
                            .formatted(asked(namespace), server, MAX_OBJECT_BYTES),
                    0,
                    null);
        }
        return Math.max(1, limit / 8);
    }

    private String asked(String namespace) {
        return "list " + kind.collection(namespace);
    }

    /** As it comes; of one that is too large some more than is permitted. */
    private byte[] page(String namespace, String selector, int limit, String next) throws ClusterException {
        String asked = asked(namespace);
        String query = "?limit=" + limit
                + (selector.isEmpty() ? "" : "&labelSelector=" + encoded(selector))
                + (name.isEmpty() ? "" : "&fieldSelector=" + encoded("metadata.name=" + name))
                + (next.isEmpty() ? "" : "&continue=" + encoded(next));
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(URI.create(server + kind.path(namespace) + query))
                .header("Accept", "application/json")
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        BoundedBody body = new BoundedBody(most(limit));
        CompletableFuture<HttpResponse<AsyncBody>> sent = http.consumeBytes(request, body);
        CompletableFuture<byte[]> received = sent.thenCompose(response -> body.of(response.body()));
        try {
            byte[] bytes = received.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            HttpResponse<AsyncBody> response = sent.join();
            if (!response.isSuccessful()) {
                throw RequestFailure.refused(server, asked, response.code(), said(bytes), null);
            }
            return bytes;
        } catch (InterruptedException e) {
            cancel(sent);
            Thread.currentThread().interrupt();
            throw RequestFailure.of(server, asked, e);
        } catch (TimeoutException e) {
            cancel(sent);
            throw RequestFailure.of(server, asked, e);
        } catch (ExecutionException e) {
            throw RequestFailure.of(server, asked, e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // there is nobody left to tell
    private static void cancel(CompletableFuture<HttpResponse<AsyncBody>> sent) {
        sent.thenAccept(begun -> begun.body().cancel());
        sent.cancel(true);
    }

    /** Gathers a body, and no more of it than is wanted and the piece with which it turns out to be too large. */
    private static final class BoundedBody implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

        BoundedBody(int most) {
            this.most = most;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what comes of it completes the other
        CompletableFuture<byte[]> of(AsyncBody body) {
            body.done().whenComplete((done, failure) -> {
                if (failure == null) {
                    whole.complete(gathered());
                } else {
                    whole.completeExceptionally(failure);
                }
            });
            body.consume();
            return whole;
        }

        private synchronized byte[] gathered() {
            return bytes.toByteArray();
        }

        @Override
        public synchronized void consume(List<ByteBuffer> buffers, AsyncBody body) {
            for (ByteBuffer buffer : buffers) {
                byte[] piece = new byte[buffer.remaining()];
                buffer.get(piece);
                bytes.writeBytes(piece);
            }
            if (bytes.size() > most) {
                whole.complete(bytes.toByteArray());
                body.cancel();
            } else {
                body.consume();
            }
        }
    }

    private static String said(byte[] body) {
        try {
            return ModelJson.MAPPER.readTree(body).path("message").asText("");
        } catch (IOException e) {
            return new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
        }
    }

    private Page parse(byte[] body, String namespace, Sink<T> sink) throws ClusterException {
        try {
            return read(body, asked(namespace), sink);
        } catch (ClusterException e) {
            throw e;
        } catch (IOException e) {
            // Without the cause, which may quote the object.
            throw new ClusterException(
                    "cannot " + asked(namespace) + ": " + server + ": the answer is not a list in JSON",
                    0,
                    new IOException());
        }
    }

    private Page read(byte[] body, String asked, Sink<T> sink) throws IOException {
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
