package dev.marchwarden.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The answer to a request that is no valid review: a Kubernetes Status, so that the API server and people can read it. */
final class HttpError {
    /** For a client to notice that it has been answered while it is still sending. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** Bytes of a body that are cheaper to read and forget than to open a new connection for. */
    private static final int SHORT_BODY = 128 << 10;

    private HttpError() {}

    static void answer(RoutingContext context, Drain drain, int code, @Nullable String message) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        if (code == 405) {
            context.response().putHeader("Allow", "POST");
        }
        drain.beforeAnswer(context);
        if (!context.request().isEnded() && hasBody(context.request())) {
            discardRest(context, code);
        }
        context.response()
                .setStatusCode(code)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("metadata", new JsonObject())
                        .put("status", "Failure")
                        .put("message", message == null ? meaning(code) : message)
                        .put("reason", reason(code))
                        .put("code", code)
                        .toBuffer());
    }

    /**
     * Reads on without keeping anything. Were the connection closed with bytes of the client unread, the kernel would reset it, and many a
     * client would never see the answer.
     */
    private static void discardRest(RoutingContext context, int code) {
        HttpServerRequest request = context.request();
        boolean close = code == 408 || !isShort(request);
        if (close) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        long timer = context.vertx()
                .setTimer(LINGER.toMillis(), late -> request.connection().close());
        request.exceptionHandler(gone -> context.vertx().cancelTimer(timer));
        request.handler(rest -> {});
        request.endHandler(end -> {
            context.vertx().cancelTimer(timer);
            if (close) {
                request.connection().close();
            }
        });
        request.resume();
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || request.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
    }

    private static boolean isShort(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length != null && Long.parseLong(length) <= SHORT_BODY;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String meaning(int code) {
        return switch (code) {
            case 400 -> "the body cannot be read (expected: an AdmissionReview)";
            case 404 -> "no such path (expected: /validate or /mutate)";
            case 405 -> "method not allowed (expected: POST)";
            case 408 -> "the body did not arrive in time";
            case 413 -> "the body is too large (expected: at most 7 MiB)";
            case 415 -> "unsupported media type (expected: Content-Type application/json)";
            case 503 -> "too many requests are being decided; try again";
            default -> "an unexpected failure";
        };
    }

    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 408 -> "Timeout";
            case 413 -> "RequestEntityTooLarge";
            case 415 -> "UnsupportedMediaType";
            case 503 -> "ServiceUnavailable";
            default -> "InternalError";
        };
    }
}
