package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Stands between a reader and an API server, and lets lists of one resource go wrong. */
final class ListRelay implements AutoCloseable {
    /** What becomes of a list. */
    enum Fault {
        NONE,
        /** HTTP 429. */
        BUSY,
        /** The connection breaks in the middle of the answer. */
        CUT
    }

    private final HttpServer http;
    private final ClusterApi api;
    private final String plural;
    private final IntFunction<Fault> faults;
    private final AtomicInteger lists = new AtomicInteger();

    /** @param faults for the nth list of the resource, from 1 */
    ListRelay(ClusterApi api, String plural, IntFunction<Fault> faults) throws IOException {
        this.api = api;
        this.plural = plural;
        this.faults = faults;
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    Path kubeconfig(Path file) throws IOException {
        return Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: relay, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: reader, user: {token: none}}]
                contexts: [{name: relay, context: {cluster: relay, user: reader}}]
                current-context: relay
                """.formatted(http.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            boolean concerned = exchange.getRequestURI().getPath().endsWith("/" + plural);
            Fault fault = concerned ? faults.apply(lists.incrementAndGet()) : Fault.NONE;
            if (fault == Fault.BUSY) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            JsonNode answer = api.get(path);
            byte[] body = answer.toString().getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.isMissingNode() ? 404 : 200, body.length);
            exchange.getResponseBody().write(body, 0, fault == Fault.CUT ? body.length / 2 : body.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
