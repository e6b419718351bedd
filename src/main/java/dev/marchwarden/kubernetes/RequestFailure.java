package dev.marchwarden.kubernetes;

import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/** Puts a failed request into one line: the server, what was asked, the cause, the way out. */
final class RequestFailure {
    /** A webhook's reasons for a denial are some sentences. */
    private static final int MAX_MESSAGE = 1000;

    private RequestFailure() {}

    static ClusterException of(String server, String asked, Throwable thrown) {
        KubernetesClientException refused = refusal(thrown);
        if (refused != null) {
            Status status = refused.getStatus();
            String said = status == null || status.getMessage() == null ? "" : status.getMessage();
            return refused(server, asked, refused.getCode(), said, thrown);
        }
        ConnectionProblem problem = ConnectionProblem.of(thrown);
        return new ClusterException(
                "cannot %s: %s: %s (expected: %s)".formatted(asked, server, problem.cause(), problem.fix()), 0, thrown);
    }

    /** @param said the API server's own words; may be empty */
    static ClusterException refused(String server, String asked, int code, String said, @Nullable Throwable cause) {
        String reason = said.isBlank() ? "" : ": " + Quoted.printable(said.strip(), MAX_MESSAGE);
        String words = switch (code) {
            case 400 ->
                said.contains("HTTP request to an HTTPS server")
                        ? "the server speaks TLS, not plain text (expected: https:// in the kubeconfig)"
                        : "HTTP 400" + reason;
            case 401 ->
                "the API server does not accept these credentials, HTTP 401 (expected: valid credentials; log in again)";
            case 403 -> "not permitted, HTTP 403" + reason + " (expected: this right; `kubectl auth can-i` checks it)";
            case 409 ->
                "HTTP 409" + reason + " (expected: nobody else changes it at the same time; run the command again)";
            case 429 ->
                "the API server has too many requests to answer, HTTP 429" + reason
                        + " (expected: less load; run the command again later)";
            default ->
                code < 500
                        ? "HTTP " + code + reason
                        : "HTTP " + code + reason
                                + " (expected: a healthy API server; `kubectl get --raw '/readyz?verbose'` shows the failed checks; run the command again)";
        };
        return new ClusterException("cannot %s: %s: %s".formatted(asked, server, words), code, cause);
    }

    /** The API server's own answer; null where there was none. */
    private static @Nullable KubernetesClientException refusal(Throwable thrown) {
        KubernetesClientException found = null;
        int depth = 0;
        for (Throwable each = thrown; each != null && depth < 20; each = each.getCause(), depth++) {
            if (each instanceof KubernetesClientException one && one.getCode() > 0) {
                found = one;
            }
        }
        return found;
    }
}
