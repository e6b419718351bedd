package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.admission.Admission;
import dev.marchwarden.standin.admission.Attributes;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.Selection;
import dev.marchwarden.standin.store.StatusException;
import java.util.Set;

/** Deletions of one object or of many: at once, or once the finalizers are done. */
final class Deletions {
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final ObjectStore store;
    private final Admission admission;
    private final Controllers controllers;

    Deletions(ObjectStore store, Admission admission, Controllers controllers) {
        this.store = store;
        this.admission = admission;
        this.controllers = controllers;
    }

    Reply delete(ApiRequest request) throws StatusException {
        return delete(request, request.target().name());
    }

    Reply deleteAll(ApiRequest request) throws StatusException {
        Target target = request.target();
        ObjectNode list = Json.object()
                .put("kind", target.resource().kind() + "List")
                .put("apiVersion", target.resource().apiVersion(target.version()));
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (ObjectNode each : store.all(target.resource(), Selection.of(target.namespace(), request.query()))) {
            ApiRequest one = new ApiRequest(
                    request.method(),
                    target.named(Json.text(each, "/metadata/name")),
                    request.query(),
                    request.user(),
                    request.agent(),
                    request.contentType(),
                    request.body(),
                    request.warnings());
            delete(one, ""); // as the real one asks: without a name
            items.add(each);
        }
        return new Reply(200, list);
    }

    /** @param asked the name that webhooks are given */
    private Reply delete(ApiRequest request, String asked) throws StatusException {
        Target target = request.target();
        Resource resource = target.resource();
        ObjectNode stored = store.existing(resource, target.namespace(), target.name());
        ObjectNode options = request.body().isEmpty() ? Json.object() : (ObjectNode) request.json();
        require(resource, target.name(), stored, options.path("preconditions"));
        if (resource.isNamespaces() && IMMORTAL.contains(target.name())) {
            throw StatusException.forbidden(resource, target.name(), "this namespace may not be deleted");
        }
        boolean dryRun =
                request.isDryRun() || options.path("dryRun").path(0).asText().equals("All");
        Attributes write = request.write(
                "DELETE", asked, null, resource.in(target.version(), stored), deleteOptions(request, options), dryRun);
        admission.mutate(write, request.warnings());
        admission.validate(write, request.warnings());
        if (dryRun) {
            return gone(resource, stored);
        }
        if (resource.isNamespaces()
                || !stored.path("metadata").path("finalizers").isEmpty()) {
            return new Reply(200, resource.in(target.version(), terminating(resource, stored)));
        }
        ObjectNode last = store.remove(resource, target.namespace(), target.name());
        if (last == null) {
            throw StatusException.notFound(resource, target.name());
        }
        if (!propagation(request, options).equals("Orphan")) {
            controllers.gone(resource, last);
        }
        return gone(resource, last);
    }

    private static void require(Resource resource, String name, ObjectNode stored, JsonNode preconditions)
            throws StatusException {
        for (String field : new String[] {"uid", "resourceVersion"}) {
            String wanted = preconditions.path(field).asText();
            String is = stored.path("metadata").path(field).asText();
            if (!wanted.isEmpty() && !wanted.equals(is)) {
                throw StatusException.conflict(
                        resource,
                        name,
                        "the " + field + " in the precondition (" + wanted + ") does not match the " + field
                                + " in record (" + is + "). The object might have been deleted and then recreated");
            }
        }
    }

    private static String propagation(ApiRequest request, ObjectNode options) {
        return options.path("propagationPolicy")
                .asText(request.query().getOrDefault("propagationPolicy", "Background"));
    }

    private static ObjectNode deleteOptions(ApiRequest request, ObjectNode sent) {
        ObjectNode options = request.options("DeleteOptions");
        sent.properties().forEach(field -> {
            if (!options.has(field.getKey())) {
                options.set(field.getKey(), field.getValue());
            }
        });
        return options;
    }

    private ObjectNode terminating(Resource resource, ObjectNode stored) {
        if (stored.path("metadata").has("deletionTimestamp")) {
            return stored;
        }
        ObjectNode after = stored.deepCopy();
        ObjectNode metadata = (ObjectNode) after.get("metadata");
        metadata.put("deletionTimestamp", ApiRequest.now());
        if (resource.isNamespaces()) {
            after.withObjectProperty("status").put("phase", "Terminating");
        } else {
            metadata.put("deletionGracePeriodSeconds", 0);
        }
        ObjectNode written = store.put(resource, after);
        controllers.changed(resource, written);
        return written;
    }

    private static Reply gone(Resource resource, ObjectNode last) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        status.set(
                "details",
                StatusException.details(resource, Json.text(last, "/metadata/name"))
                        .put("uid", Json.text(last, "/metadata/uid")));
        return new Reply(200, status);
    }
}
