package dev.marchwarden.verification;

import java.util.Locale;
import java.util.Map;

/**
 * The cause of a failed request, from its status, headers and the text of Envoy's answers. Those words are Envoy's (envoy:
 * source/common/router, "upstream connect error or disconnect/reset before headers"; source/extensions/filters/http/rbac, "RBAC: access
 * denied"); that a proxy with REGISTRY_ONLY answers 502 is Istio's (istio: pilot/pkg/networking/core/httproute.go, BlackHole).
 *
 * <p>A proxy gives such answers only at ports for which its mesh has an HTTP Service. What goes to any other it passes on, or closes, as TCP,
 * without a word of its own (istio: pilot/pkg/networking/core/listener_builder.go, buildOutboundCatchAllNetworkFiltersOnly).
 */
enum FailureCause {
    ANSWERED("the server answered"),
    /** An answer from beyond the client's proxy, though not a good one. */
    FAILED_BEYOND("the server or its proxy accepted the request and failed"),
    RBAC("an AuthorizationPolicy of the server refused it (\"RBAC: access denied\")"),
    FORBIDDEN("it is forbidden, and wget does not show by whom"),
    /**
     * In plain text to a STRICT server, or by mutual TLS with a certificate that the server does not take, which a client of TLS 1.3 is told only
     * after its own handshake: the client's proxy answers both in the same words (seen with Envoy 1.38.3 and Istio 1.30.3).
     */
    REJECTED_BY_SERVER(
            "the server's proxy closed the connection: it accepts only mutual TLS, and got plain text or a certificate of another mesh"),
    OTHER_ROOT("the proxies do not trust each other's certificates"),
    NOT_IN_REGISTRY("the client's proxy does not know the server, and sends nothing to unknown hosts (REGISTRY_ONLY)"),
    NO_ENDPOINT("the client's proxy knows the Service, but no healthy endpoint of it"),
    NOT_CONNECTED("no connection: a NetworkPolicy, no route, or nobody listens"),
    /** Envoy's answer leaves out why, a failed handshake too; only the access log of the client's proxy has it (Envoy 1.38.3). */
    CONNECTION_FAILED(
            "the client's proxy could not connect: the proxies do not trust each other's certificates, a NetworkPolicy, no route, or nobody listens; its access log says which"),
    TIMEOUT("no answer in time: a NetworkPolicy that drops packets, no route, or a server that hangs"),
    RESET(
            "the connection was reset before an answer: the server's proxy accepts only mutual TLS, or the client's proxy sends nothing to unknown hosts (REGISTRY_ONLY); curl does not show which"),
    /**
     * Closed in order. So ends what a policy of the server denies at a port for TCP, whose proxy then took the connection; and now and then what the client's proxy does not let
     * out, which mostly is reset (both seen with Envoy 1.38.3 and Istio 1.30.3).
     */
    CLOSED(
            "the connection was closed without an answer: an AuthorizationPolicy of the server denies it at a port for TCP, or the client's proxy sends nothing to unknown hosts (REGISTRY_ONLY); the answer does not show which"),
    NAME_UNKNOWN("the name does not resolve"),
    UNCLEAR("the reason is unclear");

    private final String text;

    FailureCause(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    static FailureCause of(ProbeResponse answer) {
        return switch (answer.failure()) {
            case NAME_UNKNOWN -> NAME_UNKNOWN;
            case NOT_CONNECTED -> NOT_CONNECTED;
            case TIMEOUT -> TIMEOUT;
            case RESET -> RESET;
            case CLOSED -> CLOSED;
            case OTHER -> UNCLEAR;
            case NONE -> ofCode(answer);
        };
    }

    private static FailureCause ofCode(ProbeResponse answer) {
        String body = answer.body().toLowerCase(Locale.ROOT);
        if (answer.code() == 403) {
            return !answer.whole() ? FORBIDDEN : body.contains("rbac: access denied") ? RBAC : ANSWERED;
        }
        if (answer.code() < 500) {
            return ANSWERED;
        }
        if (relayed(answer.headers())) {
            return FAILED_BEYOND;
        }
        return switch (answer.code()) {
            case 502 -> answer.whole() && body.isEmpty() ? NOT_IN_REGISTRY : UNCLEAR;
            case 503 -> unavailable(body);
            case 504 -> TIMEOUT;
            default -> FAILED_BEYOND;
        };
    }

    /** Envoy adds it to what comes from upstream, and not to what it says itself (envoy: the router filter's HTTP headers). */
    private static boolean relayed(Map<String, String> headers) {
        return headers.containsKey("x-envoy-upstream-service-time");
    }

    private static FailureCause unavailable(String body) {
        if (body.contains("tls_error") || body.contains("tls error") || body.contains("certificate_verify_failed")) {
            return OTHER_ROOT;
        }
        if (body.contains("no healthy upstream")) {
            return NO_ENDPOINT;
        }
        if (body.contains("connection timeout")) {
            return TIMEOUT;
        }
        if (body.contains("delayed connect error")) {
            return NOT_CONNECTED;
        }
        if (body.contains("connection failure")) {
            return CONNECTION_FAILED;
        }
        return body.contains("connection termination") ? REJECTED_BY_SERVER : UNCLEAR;
    }
}
