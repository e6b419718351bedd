package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;

/** Labels and the like of objects, as Istio and we use them. */
public final class Labels {
    public static final String REVISION = "istio.io/rev";
    public static final String TAG = "istio.io/tag";
    public static final String INJECTION = "istio-injection";

    /** Selects what we made. */
    public static final String OURS = "app.kubernetes.io/managed-by=marchwarden";

    private Labels() {}

    /** Empty where there is none. */
    public static String of(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    public static String annotation(JsonNode object, String key) {
        return object.path("metadata").path("annotations").path(key).asText();
    }

    public static boolean isOurs(JsonNode object) {
        return of(object, "app.kubernetes.io/managed-by").equals("marchwarden");
    }

    public static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    public static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }

    public static boolean isTerminating(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /** The namespace of the service that the first webhook of a configuration calls; empty where there is none. */
    public static String serviceNamespace(JsonNode configuration) {
        return configuration.at("/webhooks/0/clientConfig/service/namespace").asText();
    }

    static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }
}
