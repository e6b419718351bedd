package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.admission.Admission;
import dev.marchwarden.standin.admission.Attributes;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Patch;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.ServerSideApply;
import dev.marchwarden.standin.store.StatusException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Creations, updates and patches: prepared, admitted, stored. */
final class Writes {
    /** How often a patch is tried that says nothing of versions, while others write the same object. */
    private static final int ATTEMPTS = 5;

    private static final String UNAMBIGUOUS = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectStore store;
    private final Resource namespaces;
    private final Admission admission;
    private final Controllers controllers;

    /** What an object becomes. */
    private interface Change {
        ObjectNode of(ObjectNode current) throws StatusException;
    }

    Writes(ObjectStore store, ResourceTable table, Admission admission, Controllers controllers) {
        this.store = store;
        this.namespaces = table.named("namespaces");
        this.admission = admission;
        this.controllers = controllers;
    }

    Reply create(ApiRequest request) throws StatusException {
        ObjectNode object = Preparation.read(request.target(), request.json());
        ((ObjectNode) object.get("metadata")).remove("managedFields");
        return create(request, object, false);
    }

    /** @param applied whether the object has its managed fields already */
    private Reply create(ApiRequest request, ObjectNode object, boolean applied) throws StatusException {
        Target target = request.target();
        Resource resource = target.resource();
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        String name = metadata.path("name").asText();
        if (!metadata.path("resourceVersion").asText().isEmpty()) {
            throw StatusException.of(500, "resourceVersion should not be set on objects to be created");
        }
        metadata.remove("resourceVersion");
        requireNamespace(target, name);
        Defaults.fill(resource, object);
        Attributes write = request.write("CREATE", name, object, null, request.options("CreateOptions"));
        ObjectNode mutated = admission.mutate(write, request.warnings());
        ObjectNode created = mutated == null ? object : mutated;
        generateName((ObjectNode) created.get("metadata"));
        Preparation.created(resource, created);
        if (!applied) {
            ServerSideApply.update(resource, Json.object(), created, request.author());
        }
        admission.validate(write.with(created), request.warnings());
        if (request.isDryRun()) {
            String called = Json.text(created, "/metadata/name");
            if (store.find(resource, target.namespace(), called) != null) {
                throw StatusException.alreadyExists(resource, called);
            }
            return new Reply(201, created);
        }
        ObjectNode stored = store.add(resource, created);
        controllers.changed(resource, stored);
        return new Reply(201, resource.in(target.version(), stored));
    }

    private static void generateName(ObjectNode metadata) {
        String prefix = metadata.path("generateName").asText();
        if (metadata.path("name").asText().isEmpty() && !prefix.isEmpty()) {
            StringBuilder name = new StringBuilder(prefix);
            ThreadLocalRandom.current()
                    .ints(5, 0, UNAMBIGUOUS.length())
                    .forEach(i -> name.append(UNAMBIGUOUS.charAt(i)));
            metadata.put("name", name.toString());
        }
    }

    private void requireNamespace(Target target, String name) throws StatusException {
        if (target.resource().namespaced()) {
            ObjectNode namespace = store.existing(namespaces, "", target.namespace());
            if (namespace.path("metadata").has("deletionTimestamp")) {
                throw StatusException.forbidden(
                        target.resource(),
                        name,
                        "unable to create new content in namespace " + target.namespace()
                                + " because it is being terminated");
            }
        }
    }

    Reply update(ApiRequest request) throws StatusException {
        Target target = request.target();
        ObjectNode sent = Preparation.read(target, request.json());
        ObjectNode metadata = (ObjectNode) sent.get("metadata");
        if (!metadata.path("name").asText(target.name()).equals(target.name())) {
            throw StatusException.badRequest("the name of the object ("
                    + metadata.path("name").asText() + ") does not match the name on the URL (" + target.name() + ")");
        }
        boolean unversioned = metadata.path("resourceVersion").asText().isEmpty();
        if (unversioned && target.resource().traits().contains("versioned")) {
            throw StatusException.invalid(
                    target.resource(),
                    target.name(),
                    "metadata.resourceVersion",
                    "Invalid value: 0x0: must be specified for an update");
        }
        return change(request, current -> sent.deepCopy());
    }

    Reply patch(ApiRequest request) throws StatusException {
        Resource resource = request.target().resource();
        JsonNode patch = request.json();
        if (request.contentType().equals(Patch.APPLY)) {
            return apply(request, patch);
        }
        return change(request, current -> Patch.apply(request.contentType(), resource, current, patch));
    }

    private Reply apply(ApiRequest request, JsonNode patch) throws StatusException {
        Target target = request.target();
        Resource resource = target.resource();
        if (!request.query().containsKey("fieldManager")) {
            throw StatusException.badRequest(
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }
        boolean force = request.query().getOrDefault("force", "").equals("true");
        ObjectNode configuration = Preparation.read(target, patch);
        configuration.withObjectProperty("metadata").put("name", target.name());
        if (store.find(resource, target.namespace(), target.name()) != null) {
            return change(
                    request,
                    current -> ServerSideApply.apply(resource, current, configuration, request.author(), force));
        }
        if (!target.subresource().isEmpty()) {
            throw StatusException.notFound(resource, target.name());
        }
        ObjectNode empty = Json.object()
                .put("apiVersion", resource.apiVersion(target.version()))
                .put("kind", resource.kind());
        empty.putObject("metadata").put("name", target.name());
        ObjectNode object = ServerSideApply.apply(resource, empty, configuration, request.author(), force);
        return create(request, object, true);
    }

    private Reply change(ApiRequest request, Change change) throws StatusException {
        Target target = request.target();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectNode stored = store.existing(target.resource(), target.namespace(), target.name());
            ObjectNode current = target.resource().in(target.version(), stored);
            ObjectNode sent = target.subresource().equals("scale")
                    ? Scale.applied(current, change.of(Scale.of(current)))
                    : change.of(current);
            ObjectNode updated = changed(request, stored, current, sent);
            if (updated != null) {
                ObjectNode served = target.resource().in(target.version(), updated);
                return new Reply(200, target.subresource().equals("scale") ? Scale.of(served) : served);
            }
        }
        throw StatusException.modified(target.resource(), target.name());
    }

    /** What is stored now; null where another write came between. */
    private @Nullable ObjectNode changed(ApiRequest request, ObjectNode stored, ObjectNode current, ObjectNode sent)
            throws StatusException {
        Target target = request.target();
        Resource resource = target.resource();
        String version = Json.text(current, "/metadata/resourceVersion");
        String wanted = Json.text(sent, "/metadata/resourceVersion");
        String uid = Json.text(sent, "/metadata/uid");
        if (!wanted.isEmpty() && !wanted.equals(version)) {
            throw StatusException.modified(resource, target.name());
        }
        if (!uid.isEmpty() && !uid.equals(Json.text(current, "/metadata/uid"))) {
            throw StatusException.conflict(resource, target.name(), "Precondition failed: UID in precondition: " + uid);
        }
        Defaults.fill(resource, sent);
        ObjectNode after = Preparation.updated(target, current, sent);
        if (!request.contentType().equals(Patch.APPLY)) {
            ServerSideApply.update(resource, current, after, request.author());
        }
        Attributes write = request.write("UPDATE", target.name(), after, current, request.options("UpdateOptions"));
        ObjectNode mutated = admission.mutate(write, request.warnings());
        ObjectNode last = Preparation.updated(target, current, mutated == null ? after : mutated);
        admission.validate(write.with(last), request.warnings());
        if (request.isDryRun() || last.equals(current)) {
            return last;
        }
        if (isOver(resource, last)) {
            ObjectNode gone = store.remove(resource, target.namespace(), target.name());
            controllers.gone(resource, last);
            return gone == null ? last : gone;
        }
        ObjectNode written = store.replace(resource, stored, last);
        if (written != null) {
            controllers.changed(resource, written);
        }
        return written;
    }

    /** Deleted, and nobody has anything to finish any more. */
    private static boolean isOver(Resource resource, ObjectNode object) {
        return object.path("metadata").has("deletionTimestamp")
                && object.path("metadata").path("finalizers").isEmpty()
                && (!resource.isNamespaces()
                        || object.path("spec").path("finalizers").isEmpty());
    }
}
