package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One version of the webhook configurations, as far as there are any. */
public final class WebhookContent {
    private final List<JsonNode> objects;

    WebhookContent(List<JsonNode> objects) {
        this.objects = List.copyOf(objects);
    }

    List<JsonNode> objects() {
        return objects;
    }

    static byte[] caBundle(JsonNode webhook) {
        return Base64Text.decoded(webhook.at("/clientConfig/caBundle"));
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
}
