package dev.marchwarden.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.policy.User;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A piece of configuration in the model: a kind, and some fields of it by short names of the model's own.
 *
 * @param fields what {@link ConfigVocabulary} gives them; those that are left out are not there
 */
record ConfigItem(String kind, String namespace, String name, Map<String, String> fields) {
    private static final Map<String, String> GROUPS = Map.of(
            "PeerAuthentication", "security.istio.io",
            "AuthorizationPolicy", "security.istio.io",
            "Telemetry", "telemetry.istio.io",
            "Service", "",
            "Pod", "",
            "Unheard", "extensions.istio.io");

    ConfigItem {
        fields = Map.copyOf(fields);
    }

    String key() {
        return kind + " " + namespace + "/" + name;
    }

    @Nullable
    String field(String field) {
        return fields.get(field);
    }

    /**
     * The review of a write, as an API server sends it.
     *
     * @param finalizers whether the object has some, which makes no difference to anything
     */
    static byte[] review(@Nullable ConfigItem before, @Nullable ConfigItem after, User user, boolean finalizers) {
        ConfigItem item = after == null ? Objects.requireNonNull(before) : after;
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request = review.putObject("request").put("uid", "config");
        request.putObject("kind")
                .put("group", item.group())
                .put("version", item.version())
                .put("kind", item.kind);
        request.put("name", item.name).put("namespace", item.namespace);
        request.put("operation", before == null ? "CREATE" : after == null ? "DELETE" : "UPDATE");
        ObjectNode userInfo = request.putObject("userInfo").put("username", user.name());
        user.groups().forEach(userInfo.putArray("groups")::add);
        request.set("object", after == null ? null : after.json(finalizers));
        request.set("oldObject", before == null ? null : before.json(false));
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String group() {
        return GROUPS.getOrDefault(kind, "networking.istio.io");
    }

    private String version() {
        return kind.equals("EnvoyFilter") ? "v1alpha3" : "v1";
    }

    private ObjectNode json(boolean finalizers) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", (group().isEmpty() ? "" : group() + "/") + version())
                .put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", namespace);
        if (finalizers) {
            metadata.putArray("finalizers").add("example.com/later");
        }
        ObjectNode spec = object.putObject("spec");
        new TreeMap<>(fields).forEach((field, value) -> {
            switch (kind + " " + field) {
                case "VirtualService hosts", "ServiceEntry hosts" ->
                    spec.putArray("hosts").add(value);
                case "VirtualService destination" ->
                    spec.putArray("http")
                            .addObject()
                            .putArray("route")
                            .addObject()
                            .putObject("destination")
                            .put("host", value);
                case "Service address" -> spec.putArray("externalIPs").add(value);
                case "Pod token" ->
                    spec.putArray("volumes")
                            .addObject()
                            .put("name", "token")
                            .putObject("projected")
                            .putArray("sources")
                            .addObject()
                            .putObject("serviceAccountToken")
                            .put("audience", value);
                case "AuthorizationPolicy dryRun" ->
                    metadata.putObject("annotations").put("istio.io/dry-run", value);
                case "VirtualService gateway" -> spec.putArray("gateways").add(value);
                case "ServiceEntry address" ->
                    spec.putArray("endpoints").addObject().put("address", value);
                case "DestinationRule mode" ->
                    spec.putObject("trafficPolicy").putObject("tls").put("mode", value);
                case "PeerAuthentication mode" -> spec.putObject("mtls").put("mode", value);
                case "AuthorizationPolicy from" ->
                    spec.putArray("rules")
                            .addObject()
                            .putArray("from")
                            .addObject()
                            .putObject("source")
                            .putArray("namespaces")
                            .add(value);
                case "EnvoyFilter patch" ->
                    spec.putArray("configPatches").addObject().put("applyTo", value);
                case "Gateway host" ->
                    spec.putArray("servers").addObject().putArray("hosts").add(value);
                default -> {
                    switch (field) {
                        case "rev" -> metadata.putObject("labels").put("istio.io/rev", value);
                        case "exportTo" -> spec.putArray("exportTo").add(value);
                        default -> spec.put(field, value);
                    }
                }
            }
        });
        return object;
    }

    @Override
    public String toString() {
        return key() + " " + new TreeMap<>(fields);
    }
}
