package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks that a configuration is to have, as the chart states them in its annotation {@value #WANTED}: a YAML list.
 *
 * <p>The chart does not render {@code webhooks} itself, because the API server denies what it cannot send to a webhook that fails closed. A
 * release whose pods never start would stop the writes of its cluster. A pod that serves copies the list; a second annotation, {@value
 * #IN_FORCE}, says which list was copied. What somebody changes in {@code webhooks} afterwards is left alone.
 */
final class WantedWebhooks {
    static final String WANTED = "marchwarden.dev/webhooks";
    static final String IN_FORCE = "marchwarden.dev/webhooks-in-force";

    private WantedWebhooks() {}

    /** Whether the list of the annotation was copied, or there is none. */
    static boolean areInForce(JsonNode configuration) {
        JsonNode annotations = configuration.path("metadata").path("annotations");
        return !annotations.has(WANTED)
                || annotations
                        .path(IN_FORCE)
                        .asText()
                        .equals(digest(annotations.path(WANTED).asText()));
    }

    /**
     * A JSON patch that copies the list.
     *
     * @param caBundle PEM, for each of them
     * @throws IOException if the annotation is no list of webhooks
     */
    static ArrayNode patch(JsonNode configuration, byte[] caBundle) throws IOException {
        String wanted =
                configuration.path("metadata").path("annotations").path(WANTED).asText();
        ArrayNode patch = TreeStream.JSON.createArrayNode();
        ObjectNode webhooks = patch.addObject().put("op", "add").put("path", "/webhooks");
        webhooks.set("value", webhooks(wanted, caBundle));
        patch.addObject()
                .put("op", "add")
                .put("path", "/metadata/annotations/" + IN_FORCE.replace("/", "~1"))
                .put("value", digest(wanted));
        return patch;
    }

    private static ArrayNode webhooks(String wanted, byte[] caBundle) throws IOException {
        JsonNode list;
        try {
            list = Yaml.MAPPER.readTree(wanted);
        } catch (JacksonException e) {
            throw unusable("no YAML", e);
        }
        if (!(list instanceof ArrayNode webhooks)) {
            throw unusable("no list", null);
        }
        for (JsonNode webhook : webhooks) {
            if (!(webhook.path("clientConfig") instanceof ObjectNode client)) {
                throw unusable("a list with an entry that has no clientConfig", null);
            }
            client.put("caBundle", Base64Text.encoded(caBundle));
        }
        return webhooks;
    }

    private static IOException unusable(String what, @Nullable Exception cause) {
        return new IOException(
                "the annotation " + WANTED + " is " + what + " (expected: the list of webhooks that the chart renders)",
                cause);
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
