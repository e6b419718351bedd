package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A kind of objects, and where it is served.
 *
 * @param group empty for the core group
 * @param versions the first is the one that is stored
 * @param traits what is not the same for all; in {@link ResourceTable} it says which there are
 */
public record Resource(
        String group,
        List<String> versions,
        String plural,
        String kind,
        boolean namespaced,
        Set<String> subresources,
        Set<String> traits,
        List<String> shortNames) {

    /** As {@code apiVersion} has it. */
    public String apiVersion(String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public String singular() {
        return kind.toLowerCase(Locale.ROOT);
    }

    /** As messages have it: {@code deployments.apps}. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** One of a CustomResourceDefinition; its lists repeat the kind in each item. */
    public boolean isCustom() {
        return (group.contains(".") && !group.endsWith(".k8s.io")) || group.startsWith("gateway.networking.");
    }

    public boolean isNamespaces() {
        return group.isEmpty() && plural.equals("namespaces");
    }

    /** An object as it is served in one of the versions; the fields are shared with the one given. */
    public ObjectNode in(String version, ObjectNode stored) {
        String wanted = apiVersion(version);
        return stored.path("apiVersion").asText().equals(wanted)
                ? stored
                : Json.shallow(stored).put("apiVersion", wanted);
    }

    /** Where an object is kept: {@code namespace/name}, or {@code /name}. */
    String key(JsonNode object) {
        return key(Json.text(object, "/metadata/namespace"), Json.text(object, "/metadata/name"));
    }

    String key(String namespace, String name) {
        return (namespaced ? namespace : "") + "/" + name;
    }
}
