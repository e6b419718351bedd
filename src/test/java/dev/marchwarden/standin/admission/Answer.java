package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonPatch;
import com.flipkart.zjsonpatch.JsonPatchApplicationException;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.StatusException;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** What a webhook said, once it is certain that it is an answer to the question. */
record Answer(String webhook, JsonNode response) {

    static Answer of(String webhook, boolean mutating, String uid, JsonNode review) throws WebhookException {
        JsonNode response = review.path("response");
        if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")
                || !review.path("kind").asText().equals("AdmissionReview")) {
            throw invalid("expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
                    + review.path("apiVersion").asText() + ", Kind="
                    + review.path("kind").asText());
        }
        if (!response.isObject()) {
            throw invalid("webhook response was absent");
        }
        if (!response.path("uid").asText().equals(uid)) {
            throw invalid("expected response.uid=\"" + uid + "\", got \""
                    + response.path("uid").asText() + "\"");
        }
        boolean patch = response.hasNonNull("patch");
        boolean type = response.hasNonNull("patchType");
        if (!mutating && (patch || type)) {
            throw invalid("validating webhook may not return response.patch");
        }
        if (patch != type || (type && !response.path("patchType").asText().equals("JSONPatch"))) {
            throw invalid("webhook returned response.patch but not response.patchType, or the other way round");
        }
        return new Answer(webhook, response);
    }

    private static WebhookException invalid(String why) {
        return new WebhookException("received invalid webhook response: " + why);
    }

    List<String> warnings() {
        return response.path("warnings").valueStream().map(JsonNode::asText).toList();
    }

    boolean isAllowed() {
        return response.path("allowed").asBoolean();
    }

    StatusException denial() {
        JsonNode status = response.path("status");
        String message = status.path("message").asText();
        String why = message.isEmpty() ? status.path("reason").asText() : message;
        String prefix = "admission webhook \"" + webhook + "\" denied the request";
        ObjectNode details = status.path("details") instanceof ObjectNode given ? given : Json.object();
        return new StatusException(
                Math.max(status.path("code").asInt(), 400),
                status.path("reason").asText(),
                prefix + (why.isEmpty() ? " without explanation" : ": " + why),
                details);
    }

    ObjectNode patch(ObjectNode object) throws WebhookException {
        if (!response.hasNonNull("patch")) {
            return object;
        }
        try {
            JsonNode patch = Json.MAPPER.readTree(
                    Base64.getDecoder().decode(response.path("patch").asText()));
            return (ObjectNode) JsonPatch.apply(patch, object.deepCopy());
        } catch (IOException | JsonPatchApplicationException e) {
            throw new WebhookException("the patch cannot be applied: " + e.getMessage());
        }
    }
}
