package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.server.KeyedContext;
import dev.marchwarden.standin.store.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A webhook that says what a test wants it to. */
public final class WebhookStub implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
    private final HttpsServer server;

    /** @param answers the response to a request; its uid is put in */
    public WebhookStub(String host, Function<JsonNode, ObjectNode> answers) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(KeyedContext.of(authority.issue(List.of(host), DAY))));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                JsonNode request =
                        Json.MAPPER.readTree(exchange.getRequestBody()).path("request");
                ObjectNode review =
                        Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
                review.set(
                        "response",
                        answers.apply(request).put("uid", request.path("uid").asText()));
                byte[] bytes = review.toString().getBytes(UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** As a configuration has it. */
    public String caBundle() {
        return Base64.getEncoder().encodeToString(authority.pair().chain().getBytes(UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
