package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.StatusException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** What the API server makes of an object that was sent, before it is stored: the fields that are its own, and those that may not change. */
final class Preparation {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final List<String> FIXED = List.of(
            "name", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");
    private static final String STATUS = "status";

    private Preparation() {}

    /** The body of a request as an object of its target. */
    static ObjectNode read(Target target, JsonNode body) throws StatusException {
        Resource resource = target.resource();
        String apiVersion = resource.apiVersion(target.version());
        if (!(body instanceof ObjectNode object)
                || !object.path("kind").asText(resource.kind()).equals(resource.kind())
                || !object.path("apiVersion").asText(apiVersion).equals(apiVersion)) {
            throw StatusException.badRequest("the object provided is unrecognized (must be of type " + resource.kind()
                    + ", " + apiVersion + ")");
        }
        object.put("kind", resource.kind()).put("apiVersion", apiVersion);
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (resource.namespaced()) {
            String namespace = metadata.path("namespace").asText(target.namespace());
            if (!namespace.equals(target.namespace())) {
                throw StatusException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", target.namespace());
        }
        return object;
    }

    static void created(Resource resource, ObjectNode object) throws StatusException {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        String name = metadata.path("name").asText();
        Pattern names = resource.isNamespaces() ? LABEL : SUBDOMAIN;
        boolean rbac = resource.group().startsWith("rbac.");
        if (name.isEmpty()) {
            throw StatusException.invalid(
                    resource, name, "metadata.name", "Required value: name or generateName is required");
        }
        if (!rbac && !names.matcher(name).matches()) {
            throw StatusException.invalid(
                    resource, name, "metadata.name", "Invalid value: \"" + name + "\": must match " + names);
        }
        metadata.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink"));
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", ApiRequest.now());
        if (resource.traits().contains("generation")) {
            metadata.put("generation", 1);
        }
        if (resource.subresources().contains(STATUS)) {
            object.remove(STATUS);
        }
        if (resource.isNamespaces()) {
            object.withObjectProperty("spec").putArray("finalizers").add("kubernetes");
            object.putObject(STATUS).put("phase", "Active");
        }
    }

    /** An update of a subresource changes what is its own, one of the object all but that. */
    static ObjectNode updated(Target target, ObjectNode before, ObjectNode sent) {
        Resource resource = target.resource();
        ObjectNode after = sent;
        switch (target.subresource()) {
            case STATUS -> {
                after = before.deepCopy();
                copy(STATUS, sent, after);
                after.put("apiVersion", sent.path("apiVersion").asText());
                ObjectNode metadata = (ObjectNode) after.get("metadata");
                copy("managedFields", sent.path("metadata"), metadata);
                if (resource.group().isEmpty()) {
                    copy("labels", sent.path("metadata"), metadata);
                    copy("annotations", sent.path("metadata"), metadata);
                    copy("finalizers", sent.path("metadata"), metadata);
                }
            }
            case "finalize" -> copy(STATUS, before, after);
            default -> {
                if (resource.subresources().contains(STATUS)) {
                    copy(STATUS, before, after);
                }
                if (resource.isNamespaces()) {
                    copy("finalizers", before.path("spec"), after.withObjectProperty("spec"));
                }
            }
        }
        ObjectNode metadata = after.withObjectProperty("metadata");
        FIXED.forEach(field -> copy(field, before.path("metadata"), metadata));
        copy("resourceVersion", before.path("metadata"), metadata);
        if (!metadata.has("managedFields")) {
            copy("managedFields", before.path("metadata"), metadata);
        }
        if (resource.traits().contains("generation") && !bare(before).equals(bare(after))) {
            metadata.put("generation", metadata.path("generation").asInt() + 1);
        }
        return after;
    }

    private static ObjectNode bare(ObjectNode object) {
        return Json.shallow(object).remove(List.of("metadata", STATUS, "apiVersion"));
    }

    private static void copy(String field, JsonNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        } else {
            to.remove(field);
        }
    }
}
