package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.policy.User;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A review of a namespace, written as an API server writes it.
 *
 * @param object null for DELETE
 * @param oldObject null for CREATE
 */
public record NamespaceReview(
        String uid,
        String operation,
        String subresource,
        String name,
        User user,
        @Nullable ObjectNode object,
        @Nullable ObjectNode oldObject) {
    /** Escapes let through what is no valid text. */
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    /** A Namespace object; without labels it has no label map, as the API server sends it. */
    public static ObjectNode namespace(String name, Map<String, String> labels, boolean terminating) {
        ObjectNode namespace = JsonNodeFactory.instance.objectNode();
        namespace.put("kind", "Namespace").put("apiVersion", "v1");
        ObjectNode metadata = namespace.putObject("metadata").put("name", name);
        if (terminating) {
            metadata.put("deletionTimestamp", "2026-11-22T07:01:17Z");
        }
        if (!labels.isEmpty()) {
            labels.forEach(metadata.putObject("labels")::put);
        }
        namespace.putObject("status").put("phase", terminating ? "Terminating" : "Active");
        return namespace;
    }

    public NamespaceReview with(ObjectNode patched) {
        return new NamespaceReview(uid, operation, subresource, name, user, patched, oldObject);
    }

    public byte[] bytes() {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request = review.putObject("request").put("uid", uid);
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Namespace");
        request.putObject("resource").put("group", "").put("version", "v1").put("resource", "namespaces");
        if (!subresource.isEmpty()) {
            request.put("subResource", subresource);
        }
        request.put("name", name).put("namespace", name).put("operation", operation);
        ObjectNode userInfo = request.putObject("userInfo");
        if (!user.name().isEmpty()) {
            userInfo.put("username", user.name());
        }
        if (!user.groups().isEmpty()) {
            ArrayNode groups = userInfo.putArray("groups");
            user.groups().forEach(groups::add);
        }
        request.set("object", object);
        request.set("oldObject", oldObject);
        request.put("dryRun", false).putNull("options");
        try {
            return JSON.writeValueAsBytes(review);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
