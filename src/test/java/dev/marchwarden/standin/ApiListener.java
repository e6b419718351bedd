package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.StatusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** HTTP on the loopback: who asks for what, and the answer. */
final class ApiListener {
    private static final Set<String> HEALTH = Set.of("/healthz", "/readyz", "/livez");

    static {
        // else the end of an answer waits until the client has acknowledged its beginning
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ResourceTable table;
    private final Users users;
    private final Authorization rights;
    private final Faults faults;
    private final Routes routes;
    private final Watches watches;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

    ApiListener(ResourceTable table, Users users, Authorization rights, Faults faults, Routes routes, Watches watches) {
        this.table = table;
        this.users = users;
        this.rights = rights;
        this.faults = faults;
        this.routes = routes;
        this.watches = watches;
        this.discovery = new Discovery(table);
        this.openApi = new OpenApi(table);
    }

    HttpServer listen(int port, @Nullable SSLContext tls, ExecutorService threads) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
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

    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                serve(exchange);
            } catch (StatusException e) {
                answer(exchange, "application/json", new Reply(e.code(), e.status()));
            } catch (RuntimeException e) {
                StatusException failed = StatusException.of(500, "the stand-in fails: " + e);
                answer(exchange, "application/json", new Reply(failed.code(), failed.status()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void serve(HttpExchange exchange) throws IOException, StatusException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        if (HEALTH.contains(path)) {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(UTF_8));
            return;
        }
        Target target = Target.of(table, path);
        if (target != null) {
            serve(exchange, target);
            return;
        }
        String accepted = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
        boolean aggregated = accepted.startsWith(Discovery.AGGREGATED);
        ObjectNode found = discovery.answer(path, aggregated);
        if (found == null) {
            found = openApi.answer(path);
        }
        if (found == null && path.startsWith("/apis/") && !table.serves(path)) {
            byte[] text = "404 page not found\n".getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(404, text.length);
            exchange.getResponseBody().write(text);
            return;
        }
        if (found == null) {
            throw StatusException.of(404, "the server could not find the requested resource");
        }
        answer(exchange, aggregated ? Discovery.AGGREGATED : "application/json", new Reply(200, found));
    }

    private void serve(HttpExchange exchange, Target target) throws IOException, StatusException, InterruptedException {
        Headers headers = exchange.getRequestHeaders();
        String authorization = headers.getFirst("Authorization");
        authorizations.add(authorization == null ? "" : authorization);
        Map<String, String> query = query(exchange);
        String method = exchange.getRequestMethod();
        Call call = Routes.call(method, target, query);
        String plural = target.resource().plural();
        faults.before(call, plural);
        String type = String.valueOf(headers.getFirst("Content-Type"))
                .split(";", 2)[0]
                .strip();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String agent = headers.getFirst("User-Agent");
        ApiRequest request = new ApiRequest(
                method,
                target,
                query,
                users.of(headers),
                agent == null ? "unknown" : agent.split("/", 2)[0],
                type,
                type.equals(Protobuf.TYPE) && body.length > 0
                        ? Protobuf.decode(body).toString()
                        : new String(body, UTF_8),
                new LinkedHashSet<>());
        rights.check(call, request);
        if (call == Call.WATCH) {
            watches.serve(exchange, target, query);
            return;
        }
        try {
            Reply reply = routes.answer(call, request);
            faults.after(call, plural);
            warn(exchange, request);
            answer(exchange, "application/json", reply);
        } catch (StatusException e) {
            faults.after(call, plural);
            warn(exchange, request);
            throw e;
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return query == null
                ? Map.of()
                : Arrays.stream(query.split("&"))
                        .map(each -> (each + "=").split("=", 3))
                        .collect(Collectors.toMap(
                                each -> each[0], each -> URLDecoder.decode(each[1], UTF_8), (one, other) -> one));
    }

    /** One header a warning, of which the bytes are UTF-8. */
    private static void warn(HttpExchange exchange, ApiRequest request) {
        for (String each : request.warnings()) {
            String quoted = each.replace("\\", "\\\\").replace("\"", "\\\"");
            exchange.getResponseHeaders()
                    .add("Warning", new String(("299 - \"" + quoted + "\"").getBytes(UTF_8), ISO_8859_1));
        }
    }

    private static void answer(HttpExchange exchange, String type, Reply reply) throws IOException {
        byte[] bytes = Json.MAPPER.writeValueAsBytes(reply.body());
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(reply.code(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }
}
