package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.RuleName;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reviews whose answers are known for every tenancy, sent to a webhook. They are marked as dry runs, and stand in the decision
 * log under the user {@value #USER}.
 *
 * @param caBundle PEM; may be empty
 * @param host the Service's name
 * @param address where to connect to, if the host is not found by its name
 */
record Selftest(String caBundle, String host, @Nullable SocketAddress address) {
    static final String USER = "marchwarden-selftest";

    /** No revision of anybody's: the tenancy's are those of usergroups. */
    private static final String NO_REVISION = "marchwarden-selftest";

    private static final int HTTPS = 443;

    record Result(boolean good, String text) {}

    List<Result> run() {
        if (caBundle.isBlank()) {
            return List.of(new Result(
                    false,
                    "a webhook has no caBundle, so the API server cannot call it (expected: published by the pods within"
                            + " seconds of the installation; their log says why not)"));
        }
        List<Result> results = new ArrayList<>();
        try (WebhookClient client = new WebhookClient(caBundle.getBytes(UTF_8), host, HTTPS, address)) {
            JsonNode denied = client.send(Webhook.VALIDATE.spelling(), review(NO_REVISION));
            results.add(new Result(true, "https://" + host + " answers, with a certificate of that caBundle"));
            results.add(denied(denied));
            JsonNode allowed = client.send(Webhook.VALIDATE.spelling(), review(null));
            results.add(new Result(
                    allowed.path("allowed").asBoolean(false),
                    "a namespace without labels is " + verdict(allowed) + " (expected: allowed)"));
        } catch (Failure e) {
            results.add(new Result(false, "https://" + host + ": " + e.getMessage()));
        }
        return results;
    }

    /** The rule may be set to warn or to audit; that it was found is what counts. */
    private static Result denied(JsonNode response) {
        boolean found = response.at("/auditAnnotations/rules").asText().contains(RuleName.UNKNOWN_REVISION.spelling());
        return new Result(
                found,
                "a namespace with " + MeshLabels.REVISION + ": " + NO_REVISION + " is " + verdict(response)
                        + (found
                                ? ", by " + RuleName.UNKNOWN_REVISION.spelling()
                                : " (expected: denied by " + RuleName.UNKNOWN_REVISION.spelling()
                                        + ", unless enforcement has it off)"));
    }

    private static String verdict(JsonNode response) {
        if (!response.path("allowed").asBoolean(false)) {
            return "denied";
        }
        return response.path("warnings").isEmpty() ? "allowed" : "allowed with a warning";
    }

    private static byte[] review(@Nullable String revision) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request")
                .put("uid", UUID.randomUUID().toString())
                .put("operation", "CREATE")
                .put("name", USER)
                .put("namespace", USER)
                .put("dryRun", true);
        for (String kind : List.of("kind", "requestKind")) {
            request.putObject(kind).put("group", "").put("version", "v1").put("kind", "Namespace");
        }
        for (String resource : List.of("resource", "requestResource")) {
            request.putObject(resource).put("group", "").put("version", "v1").put("resource", "namespaces");
        }
        request.putObject("userInfo").put("username", USER);
        ObjectNode namespace =
                request.putObject("object").put("apiVersion", "v1").put("kind", "Namespace");
        ObjectNode metadata = namespace.putObject("metadata").put("name", USER);
        if (revision != null) {
            metadata.putObject("labels").put(MeshLabels.REVISION, revision);
        }
        request.putNull("oldObject");
        return review.toString().getBytes(UTF_8);
    }
}
