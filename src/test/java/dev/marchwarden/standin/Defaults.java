package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.Resource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** What the API server fills in as it reads an object; as far as somebody looks at it. */
final class Defaults {
    private static final Set<String> REPLICATED = Set.of("deployments", "statefulsets", "replicasets");

    private Defaults() {}

    static void fill(Resource resource, ObjectNode object) {
        switch (resource.plural()) {
            case "namespaces" -> {
                String name = Json.text(object, "/metadata/name");
                if (!name.isEmpty()) {
                    ((ObjectNode) object.get("metadata"))
                            .withObjectProperty("labels")
                            .put("kubernetes.io/metadata.name", name);
                }
            }
            case "secrets" -> secret(object);
            case "services" -> missing(object.withObjectProperty("spec"), "type", "ClusterIP");
            case "validatingwebhookconfigurations" -> object.path("webhooks").forEach(each -> hook((ObjectNode) each));
            case "mutatingwebhookconfigurations" ->
                object.path("webhooks").forEach(each -> {
                    hook((ObjectNode) each);
                    missing((ObjectNode) each, "reinvocationPolicy", "Never");
                });
            default -> {
                if (REPLICATED.contains(resource.plural())
                        && !object.withObjectProperty("spec").has("replicas")) {
                    object.withObjectProperty("spec").put("replicas", 1);
                }
            }
        }
    }

    private static void secret(ObjectNode secret) {
        missing(secret, "type", "Opaque");
        if (secret.remove("stringData") instanceof ObjectNode texts) {
            ObjectNode data = secret.withObjectProperty("data");
            for (Map.Entry<String, JsonNode> text : texts.properties()) {
                data.put(
                        text.getKey(),
                        Base64.getEncoder()
                                .encodeToString(text.getValue().asText().getBytes(UTF_8)));
            }
        }
    }

    private static void hook(ObjectNode hook) {
        missing(hook, "failurePolicy", "Fail");
        missing(hook, "matchPolicy", "Equivalent");
        hook.withObjectProperty("namespaceSelector");
        hook.withObjectProperty("objectSelector");
        if (!hook.has("timeoutSeconds")) {
            hook.put("timeoutSeconds", 10);
        }
        hook.path("rules").forEach(rule -> missing((ObjectNode) rule, "scope", "*"));
        if (hook.path("clientConfig").path("service") instanceof ObjectNode service && !service.has("port")) {
            service.put("port", 443);
        }
    }

    private static void missing(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }
}
