package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.YamlTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks for a configuration, as the chart renders them in its annotation {@value #WANTED}: a YAML list.
 *
 * <p>The chart does not render {@code webhooks} itself, because the API server denies what it cannot send to a webhook that fails closed. A
 * release whose pods never start would stop the writes of its cluster. A pod that serves copies the list; a second annotation, {@value
 * #IN_FORCE}, says which list was copied. What somebody changes in {@code webhooks} afterwards is left alone, until the list is copied again:
 * with another list, or where it relies on the twin, with another state of that.
 */
final class WantedWebhooks {
    static final String WANTED = "marchwarden.dev/webhooks";
    static final String IN_FORCE = "marchwarden.dev/webhooks-in-force";
    private static final String IN_FORCE_PATH = JsonPointer.compile("/metadata/annotations")
            .appendProperty(IN_FORCE)
            .toString();

    /** The condition of a webhook that may fail open, because the policies of the twin decide what it is sent. */
    private static final String BY_THE_TWIN = "is-decided-by-the-twin";

    private WantedWebhooks() {}

    /**
     * Whether the list of the annotation was copied, or there is none. While the twin's state is not known, both copies are good: the one
     * that relies on it and the one that does not.
     */
    static boolean areInForce(JsonNode configuration, TwinState twin) {
        JsonNode annotations = configuration.path("metadata").path("annotations");
        if (!annotations.has(WANTED)) {
            return true;
        }
        String wanted = annotations.path(WANTED).asText();
        String copied = annotations.path(IN_FORCE).asText();
        return (twin != TwinState.BEHIND && copied.equals(mark(wanted, true)))
                || (twin != TwinState.IN_FORCE && copied.equals(mark(wanted, false)));
    }

    /**
     * A JSON patch that copies the list. What fails open because the twin decides it fails closed unless the twin is in force.
     *
     * @param caBundle PEM, for each of them
     * @throws IOException if the annotation is no list of webhooks
     */
    static JsonPatch patch(JsonNode configuration, byte[] caBundle, TwinState twin) throws IOException {
        boolean reliesOnTwin = twin == TwinState.IN_FORCE;
        String wanted =
                configuration.path("metadata").path("annotations").path(WANTED).asText();
        return new JsonPatch()
                .add("/webhooks", webhooks(wanted, caBundle, reliesOnTwin))
                .add(IN_FORCE_PATH, mark(wanted, reliesOnTwin));
    }

    /** What identifies a copy of the list. */
    private static String mark(String wanted, boolean reliesOnTwin) {
        return digest(reliesOnTwin || !wanted.contains(BY_THE_TWIN) ? wanted : "without the twin\n" + wanted);
    }

    private static ArrayNode webhooks(String wanted, byte[] caBundle, boolean reliesOnTwin) throws IOException {
        JsonNode list;
        try {
            list = YamlTrees.MAPPER.readTree(wanted);
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
            if (!reliesOnTwin && isDecidedByTheTwin(webhook)) {
                ((ObjectNode) webhook).put("failurePolicy", "Fail");
            }
        }
        return webhooks;
    }

    private static boolean isDecidedByTheTwin(JsonNode webhook) {
        return webhook.path("matchConditions")
                .valueStream()
                .anyMatch(condition -> condition.path("name").asText().equals(BY_THE_TWIN));
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
