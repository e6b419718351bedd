package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ServiceReference;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is read of objects of any kind. */
public final class ObjectMetadata {
    /** Selects what we made. */
    public static final String OURS = "app.kubernetes.io/managed-by=marchwarden";

    private ObjectMetadata() {}

    /** The value of a label; empty where there is none. */
    public static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    /** The value of a label; empty where there is none. */
    public static String label(HasMetadata object, String key) {
        return value(object.getMetadata().getLabels(), key);
    }

    /** The value of an annotation; empty where there is none. */
    public static String annotation(HasMetadata object, String key) {
        return value(object.getMetadata().getAnnotations(), key);
    }

    private static String value(@Nullable Map<String, String> map, String key) {
        String value = map == null ? null : map.get(key);
        return value == null ? "" : value;
    }

    public static boolean isTerminating(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    public static String annotation(JsonNode object, String key) {
        return object.path("metadata").path("annotations").path(key).asText();
    }

    public static boolean isOurs(HasMetadata object) {
        return label(object, "app.kubernetes.io/managed-by").equals("marchwarden");
    }

    public static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    /** Empty for an object that is in none. */
    public static String namespace(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return namespace == null ? "" : namespace;
    }

    /** How the API server calls each webhook of a configuration; none for an object of another kind. */
    public static List<WebhookClientConfig> webhooks(HasMetadata configuration) {
        return switch (configuration) {
            case MutatingWebhookConfiguration its ->
                its.getWebhooks().stream().map(MutatingWebhook::getClientConfig).toList();
            case ValidatingWebhookConfiguration its ->
                its.getWebhooks().stream()
                        .map(ValidatingWebhook::getClientConfig)
                        .toList();
            default -> List.of();
        };
    }

    /** The namespace of the service that the first webhook of a configuration calls; empty where there is none. */
    public static String webhookNamespace(HasMetadata configuration) {
        return webhooks(configuration).stream()
                .findFirst()
                .map(WebhookClientConfig::getService)
                .map(ServiceReference::getNamespace)
                .orElse("");
    }

    public static boolean isOurs(JsonNode object) {
        return label(object, "app.kubernetes.io/managed-by").equals("marchwarden");
    }

    public static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    public static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }
}
