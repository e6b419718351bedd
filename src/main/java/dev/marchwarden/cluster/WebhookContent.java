package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One version of the webhook configurations, as far as there are any. */
public final class WebhookContent {
    private final List<JsonNode> objects;
    private final TwinState twin;

    /** @param twin at the time when they were read */
    WebhookContent(List<JsonNode> objects, TwinState twin) {
        this.objects = List.copyOf(objects);
        this.twin = twin;
    }

    /** As a command sees them, with nothing known of the twin. */
    public static WebhookContent read(ClusterClient client, String name) throws ClusterException {
        List<JsonNode> objects = new ArrayList<>();
        for (Kind<?> kind : List.of(Kind.VALIDATING_WEBHOOK_CONFIGURATION, Kind.MUTATING_WEBHOOK_CONFIGURATION)) {
            JsonNode object = client.findTree(kind, "", name);
            if (object != null) {
                objects.add(object);
            }
        }
        return new WebhookContent(objects, TwinState.UNKNOWN);
    }

    TwinState twin() {
        return twin;
    }

    List<JsonNode> objects() {
        return objects;
    }

    static byte[] caBundle(JsonNode webhook) {
        return Base64Text.decoded(webhook.at("/clientConfig/caBundle"));
    }

    /** Whether each configuration has the webhooks that the release wants in it. */
    public boolean isInForce() {
        return objects.stream().allMatch(object -> WantedWebhooks.areInForce(object, twin));
    }

    /** The caBundle of each webhook of each configuration; empty where one has none. */
    public List<byte[]> caBundles() {
        List<byte[]> bundles = new ArrayList<>();
        for (JsonNode object : objects) {
            for (JsonNode webhook : object.path("webhooks")) {
                bundles.add(caBundle(webhook));
            }
        }
        return bundles;
    }

    /** The caBundle that all webhooks have; null where they differ, or none has one. */
    public byte @Nullable [] commonCaBundle() {
        List<byte[]> bundles = caBundles();
        byte[] first = bundles.isEmpty() ? new byte[0] : bundles.getFirst();
        return first.length > 0 && bundles.stream().allMatch(each -> Arrays.equals(each, first)) ? first : null;
    }
}
