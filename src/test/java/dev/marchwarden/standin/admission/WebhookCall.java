package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.server.Trust;
import dev.marchwarden.standin.store.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Asks one webhook, at the URL or the service of its clientConfig, and trusts its caBundle alone. */
final class WebhookCall {
    private static final int HTTPS = 443;
    private static final int OK = 200;

    private final Services services;

    WebhookCall(Services services) {
        this.services = services;
    }

    /** The body of its answer. */
    JsonNode send(JsonNode hook, JsonNode review) throws WebhookException {
        JsonNode config = hook.path("clientConfig");
        int seconds = hook.path("timeoutSeconds").asInt(10);
        URI url = url(config);
        String path = (url.getPath().isEmpty() ? "/" : url.getPath()) + "?timeout=" + seconds + "s";
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        String post = "failed to call webhook: Post \"" + url.getScheme() + "://" + url.getAuthority() + path + "\": ";
        int localPort = config.has("service") ? localPort(config.path("service"), post) : port;
        HttpsPost.Answer answer;
        try {
            answer = new HttpsPost(url.getHost(), port, localPort, trust(config), Duration.ofSeconds(seconds))
                    .send(path, Json.MAPPER.writeValueAsBytes(review));
        } catch (SocketTimeoutException e) {
            throw new WebhookException(post + "context deadline exceeded");
        } catch (ConnectException e) {
            throw new WebhookException(post + "dial tcp 127.0.0.1:" + localPort + ": connect: connection refused");
        } catch (SSLException | GeneralSecurityException e) {
            throw new WebhookException(post + "tls: failed to verify certificate: x509: " + e.getMessage());
        } catch (IOException e) {
            throw new WebhookException(post + e.getMessage());
        }
        if (answer.status() != OK) {
            throw new WebhookException("failed to call webhook: an error on the server (\""
                    + answer.body().strip() + "\", HTTP " + answer.status()
                    + ") has prevented the request from succeeding");
        }
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new WebhookException("failed to call webhook: the answer is no JSON: " + e.getMessage());
        }
    }

    private static URI url(JsonNode config) throws WebhookException {
        JsonNode service = config.path("service");
        String text = service.isObject()
                ? "https://" + service.path("name").asText() + "."
                        + service.path("namespace").asText() + ".svc:"
                        + service.path("port").asInt(HTTPS)
                        + service.path("path").asText("/")
                : config.path("url").asText();
        URI url = URI.create(text);
        if (!"https".equals(url.getScheme()) || url.getHost() == null || url.getPath() == null) {
            throw new WebhookException("'https' is the only allowed URL scheme: \"" + text + "\"");
        }
        return url;
    }

    private int localPort(JsonNode service, String post) throws WebhookException {
        String name = service.path("name").asText();
        Integer port = services.port(service.path("namespace").asText(), name);
        if (port == null) {
            throw new WebhookException(post + "no endpoints available for service \"" + name + "\"");
        }
        return port;
    }

    private static SSLContext trust(JsonNode config) throws GeneralSecurityException {
        String bundle = config.path("caBundle").asText();
        if (bundle.isEmpty()) {
            return SSLContext.getDefault();
        }
        return Trust.in(CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(Base64.getDecoder().decode(bundle)))
                .toArray(X509Certificate[]::new));
    }
}
