package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.standin.NamespaceStore.Event;
import dev.marchwarden.standin.NamespaceStore.StatusException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Behaves as the real API server does where Marchwarden asks it: lists of namespaces with limit and continue, watches with bookmarks and
 * errors, single namespaces, SubjectAccessReviews; and writes of namespaces, which it asks a validating webhook about. Faults come on command
 * and stay until they are taken back.
 */
public final class StandInApiServer implements AutoCloseable {
    /** Never one that a request has. */
    private static final int NO_FAULT = 0;

    private final NamespaceStore store = new NamespaceStore();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Call, Integer> failing = new ConcurrentHashMap<>();
    private final Map<Call, CountDownLatch> holding = new ConcurrentHashMap<>();
    private final Map<Call, CountDownLatch> holdingAnswers = new ConcurrentHashMap<>();
    private final AtomicInteger answersHeld = new AtomicInteger();
    private final AtomicInteger pagesToForget = new AtomicInteger();
    private final Map<Call, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<JsonNode> accessReviews = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger openWatches = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final @Nullable SSLContext tls;

    private volatile Predicate<JsonNode> permits = review -> false;
    private volatile @Nullable AdmissionCall webhook;
    private HttpServer http;
    private final int port;

    private StandInApiServer(@Nullable SSLContext tls, int wanted) {
        this.tls = tls;
        this.http = listen(wanted);
        this.port = http.getAddress().getPort();
    }

    public static StandInApiServer start() {
        return new StandInApiServer(null, 0);
    }

    /** On a port of the caller's choice. */
    public static StandInApiServer start(int port) {
        return new StandInApiServer(null, port);
    }

    /** With a certificate for 127.0.0.1. */
    public static StandInApiServer start(SSLContext tls) {
        return new StandInApiServer(tls, 0);
    }

    private HttpServer listen(int at) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), at);
            HttpServer server;
            if (tls == null) {
                server = HttpServer.create(address, 0);
            } else {
                HttpsServer https = HttpsServer.create(address, 0);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = https;
            }
            server.setExecutor(threads);
            server.createContext("/", this::handle);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Writes a kubeconfig with a token; the authority of the certificate, if any, as PEM. */
    public Path kubeconfig(Path folder, @Nullable String authority, String token) throws IOException {
        String ca = "";
        if (authority != null) {
            Files.writeString(folder.resolve("api-server-ca.crt"), authority);
            ca = ", certificate-authority: api-server-ca.crt";
        }
        return Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: stand-in
                contexts: [{name: stand-in, context: {cluster: stand-in, user: marchwarden}}]
                clusters: [{name: stand-in, cluster: {server: "%s://127.0.0.1:%d"%s}}]
                users: [{name: marchwarden, user: {token: %s}}]
                """.formatted(tls == null ? "http" : "https", port, ca, token));
    }

    // ---- the cluster

    public void put(String name, Map<String, String> labels) {
        store.put(NamespaceStore.namespace(name, labels));
    }

    public void terminate(String name) {
        ObjectNode namespace = store.find(name);
        if (namespace != null) {
            ObjectNode terminating = namespace.deepCopy();
            ((ObjectNode) terminating.get("metadata")).put("deletionTimestamp", "2026-11-22T07:00:00Z");
            store.put(terminating);
        }
    }

    public void remove(String name) {
        store.remove(name);
    }

    /** The labels of a namespace; null where there is none of that name. */
    public @Nullable Map<String, String> labels(String name) {
        ObjectNode namespace = store.find(name);
        return namespace == null
                ? null
                : namespace.at("/metadata/labels").properties().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, label -> label.getValue().asText()));
    }

    /** What its RBAC permits, by what a SubjectAccessReview specifies. */
    public void permit(Predicate<JsonNode> specs) {
        permits = specs;
    }

    /** Who is asked about writes of namespaces from now on. */
    public void admission(AdmissionCall validating) {
        webhook = validating;
    }

    // ---- what it was asked

    public int seen(Call call) {
        AtomicInteger count = seen.get(call);
        return count == null ? 0 : count.get();
    }

    public int openWatches() {
        return openWatches.get();
    }

    /** What each SubjectAccessReview specified. */
    public List<JsonNode> accessReviews() {
        return List.copyOf(accessReviews);
    }

    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    // ---- faults

    /** Answers calls of a kind with an error of this HTTP code. */
    public void fail(Call call, int code) {
        failing.put(call, code);
    }

    /** Keeps calls of a kind waiting. */
    public void hold(Call call) {
        holding.put(call, new CountDownLatch(1));
    }

    /** Finds the answers of calls of a kind, and then keeps them. */
    public void holdAnswers(Call call) {
        holdingAnswers.put(call, new CountDownLatch(1));
    }

    public int answersHeld() {
        return answersHeld.get();
    }

    /** Answers 410 to the next so many requests for the next page of a list. */
    public void forgetPages(int count) {
        pagesToForget.set(count);
    }

    /** Answers calls of a kind again, those that wait too. */
    public void restore(Call call) {
        failing.remove(call);
        for (Map<Call, CountDownLatch> each : List.of(holding, holdingAnswers)) {
            CountDownLatch held = each.remove(call);
            if (held != null) {
                held.countDown();
            }
        }
    }

    private void holdAnswer(Call call) throws InterruptedException {
        CountDownLatch held = holdingAnswers.get(call);
        if (held != null) {
            answersHeld.incrementAndGet();
            held.await();
        }
    }

    /** Breaks all watches in the middle of the connection. */
    public void cutWatches() {
        cuts.incrementAndGet();
        store.wake();
    }

    /** Tells all watches, and all that begin before what is now, that their place is gone. */
    public void expireWatches() {
        store.expireWatches();
    }

    /** Forgets what happened so far: older watches and continued lists are answered 410. */
    public void compact() {
        store.compact();
    }

    /** Tells all watches where they are. */
    public void bookmark() {
        store.bookmark();
    }

    /** Breaks all connections and refuses new ones. */
    public void goAway() {
        http.stop(0);
        cutWatches();
    }

    /** Listens again, at the same port. */
    public void comeBack() {
        http = listen(port);
    }

    // ---- HTTP

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                serve(exchange);
            } catch (StatusException e) {
                answer(exchange, e.code(), e.status());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void serve(HttpExchange exchange) throws IOException, StatusException, InterruptedException {
        List<String> given = exchange.getRequestHeaders().get("Authorization");
        authorizations.add(given == null ? "" : given.getFirst());
        Map<String, String> query = query(exchange);
        String path = exchange.getRequestURI().getPath();
        Call call = call(exchange.getRequestMethod(), path, query);
        seen.computeIfAbsent(call, none -> new AtomicInteger()).incrementAndGet();
        CountDownLatch held = holding.get(call);
        if (held != null) {
            held.await();
        }
        int fault = failing.getOrDefault(call, NO_FAULT);
        if (fault != NO_FAULT) {
            throw new StatusException(fault, "told to fail");
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        switch (call) {
            case LIST -> {
                if (query.containsKey("continue") && pagesToForget.getAndDecrement() > 0) {
                    throw new StatusException(410, "The provided continue parameter is too old");
                }
                answer(
                        exchange,
                        200,
                        store.list(
                                Integer.parseInt(query.getOrDefault("limit", "0")),
                                query.getOrDefault("continue", "")));
            }
            case WATCH -> watch(exchange, Long.parseLong(query.getOrDefault("resourceVersion", "0")));
            case GET -> {
                ObjectNode found = store.find(name);
                holdAnswer(call);
                if (found == null) {
                    throw new StatusException(404, "namespaces \"" + name + "\" not found");
                }
                answer(exchange, 200, found);
            }
            case WRITE -> answer(exchange, 200, write(exchange, name));
            case ACCESS_REVIEW -> answer(exchange, 201, review(exchange));
        }
    }

    private static Call call(String method, String path, Map<String, String> query) throws StatusException {
        boolean get = method.equals("GET");
        if (path.equals("/apis/authorization.k8s.io/v1/subjectaccessreviews") && method.equals("POST")) {
            return Call.ACCESS_REVIEW;
        }
        if (path.equals("/api/v1/namespaces") && get) {
            return query.getOrDefault("watch", "").equals("true") ? Call.WATCH : Call.LIST;
        }
        if (path.equals("/api/v1/namespaces") && method.equals("POST")) {
            return Call.WRITE;
        }
        if (path.matches("/api/v1/namespaces/[^/]+")) {
            return get ? Call.GET : Call.WRITE;
        }
        throw new StatusException(404, "the stand-in knows no " + method + " " + path);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null
                ? Map.of()
                : Arrays.stream(query.split("&"))
                        .map(each -> each.split("=", 2))
                        .collect(Collectors.toMap(each -> each[0], each -> URLDecoder.decode(each[1], UTF_8)));
    }

    private static void answer(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = NamespaceStore.JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }

    private void watch(HttpExchange exchange, long from) throws IOException, InterruptedException {
        int cut = cuts.get();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        openWatches.incrementAndGet();
        try {
            for (long at = from; ; ) {
                List<Event> news = store.after(at, () -> cuts.get() != cut);
                if (cuts.get() != cut) {
                    return; // the exchange is closed, the body is not ended
                }
                for (Event event : news) {
                    out.write(event.line().getBytes(UTF_8));
                    at = event.version();
                    if (event.type().equals("ERROR")) {
                        out.close();
                        return;
                    }
                }
                out.flush();
            }
        } finally {
            openWatches.decrementAndGet();
        }
    }

    private ObjectNode existing(String name) throws StatusException {
        ObjectNode namespace = store.find(name);
        if (namespace == null) {
            throw new StatusException(404, "namespaces \"" + name + "\" not found");
        }
        return namespace;
    }

    private JsonNode review(HttpExchange exchange) throws IOException {
        ObjectNode review = (ObjectNode) NamespaceStore.JSON.readTree(exchange.getRequestBody());
        JsonNode spec = review.path("spec");
        accessReviews.add(spec);
        review.putObject("status").put("allowed", permits.test(spec)).put("reason", "the stand-in says so");
        return review;
    }

    /** POST, a merge PATCH, or DELETE, by the user that the request impersonates. */
    private ObjectNode write(HttpExchange exchange, String name) throws IOException, StatusException {
        ObjectNode sent = exchange.getRequestMethod().equals("DELETE")
                ? NamespaceStore.JSON.createObjectNode()
                : (ObjectNode) NamespaceStore.JSON.readTree(exchange.getRequestBody());
        ObjectNode before = null;
        ObjectNode after = null;
        String operation;
        switch (exchange.getRequestMethod()) {
            case "POST" -> {
                operation = "CREATE";
                after = sent;
                if (store.find(after.at("/metadata/name").asText()) != null) {
                    throw new StatusException(409, "already exists");
                }
            }
            case "PATCH" -> {
                operation = "UPDATE";
                before = existing(name);
                after = before.deepCopy();
                merge(after, sent);
            }
            case "DELETE" -> {
                operation = "DELETE";
                before = existing(name);
            }
            default -> throw new StatusException(405, "the stand-in cannot do that");
        }
        AdmissionCall asked = webhook;
        if (asked != null) {
            asked.require(operation, exchange.getRequestHeaders(), before, after);
        }
        if (after == null) {
            store.remove(name);
            return NamespaceStore.JSON.createObjectNode().put("kind", "Status").put("status", "Success");
        }
        store.put(after);
        return existing(after.at("/metadata/name").asText());
    }

    /** RFC 7396. */
    private static void merge(ObjectNode into, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                into.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                merge(into.withObjectProperty(field.getKey()), object);
            } else {
                into.set(field.getKey(), value);
            }
        }
    }

    @Override
    public void close() {
        holding.values().forEach(CountDownLatch::countDown);
        holdingAnswers.values().forEach(CountDownLatch::countDown);
        http.stop(0);
        cutWatches();
        threads.shutdownNow();
    }

    /** Stands in for the cluster of a benchmark: {@code PORT NAMESPACES KUBECONFIG-FOLDER}. */
    public static void main(String[] arguments) throws Exception {
        StandInApiServer server = start(Integer.parseInt(arguments[0]));
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            String usergroup = "usergroup-" + (i % 2 + 1);
            server.put("namespace-" + i, Map.of("usergroup", usergroup, "istio.io/rev", usergroup));
        }
        server.kubeconfig(Path.of(arguments[2]), null, "benchmark");
        new CountDownLatch(1).await();
    }
}
