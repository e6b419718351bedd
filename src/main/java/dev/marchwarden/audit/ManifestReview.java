package dev.marchwarden.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.User;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The AdmissionReview that the API server would send for a manifest, as far as a decision reads it. */
public final class ManifestReview {
    private ManifestReview() {}

    /**
     * @param operation CREATE or DELETE, which are about one object
     * @param namespace of the object, empty for none
     * @param author who asks for it
     */
    public static byte[] of(Manifest manifest, Operation operation, String namespace, User author)
            throws JsonProcessingException {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request").put("uid", "manifest").put("operation", operation.name());
        request.putObject("kind")
                .put("group", manifest.group())
                .put("version", manifest.version())
                .put("kind", manifest.kind());
        request.putObject("resource").put("group", manifest.group()).put("resource", plural(manifest.kind()));
        request.put("name", manifest.name()).put("namespace", manifest.isNamespace() ? manifest.name() : namespace);
        ArrayNode groups =
                request.putObject("userInfo").put("username", author.name()).putArray("groups");
        author.groups().forEach(groups::add);
        request.set(operation == Operation.DELETE ? "oldObject" : "object", manifest.object());
        return bytes(review);
    }

    /** Not by a mapper: loading one takes longer than checking a file does otherwise. */
    private static byte[] bytes(ObjectNode review) throws JsonProcessingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonParser tree = review.traverse();
                JsonGenerator out = JsonStreams.WIRE.createGenerator(bytes)) {
            tree.nextToken();
            out.copyCurrentStructure(tree);
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array does not fail to be written to
        }
        return bytes.toByteArray();
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y") ? lower.substring(0, lower.length() - 1) + "ies" : lower + "s";
    }
}
