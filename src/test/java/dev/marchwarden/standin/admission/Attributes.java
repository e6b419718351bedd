package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.Resource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A write that has to be admitted.
 *
 * @param version the one that the user speaks
 * @param subresource empty for the object itself
 * @param namespace of a namespace its own name
 * @param name empty where it is still to be generated, and where many are deleted at once
 */
public record Attributes(
        String operation,
        Resource resource,
        String version,
        String subresource,
        String namespace,
        String name,
        @Nullable ObjectNode object,
        @Nullable ObjectNode before,
        ObjectNode options,
        boolean dryRun,
        UserInfo user) {

    public Attributes with(ObjectNode other) {
        return new Attributes(
                operation, resource, version, subresource, namespace, name, other, before, options, dryRun, user);
    }

    /** The AdmissionReview for a webhook that wants this version. */
    ObjectNode review(String wanted) {
        ObjectNode review = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        ObjectNode request =
                review.putObject("request").put("uid", UUID.randomUUID().toString());
        request.set("kind", kind(wanted));
        request.set("resource", resource(wanted));
        optional(request, "subResource", subresource);
        request.set("requestKind", kind(version));
        request.set("requestResource", resource(version));
        optional(request, "requestSubResource", subresource);
        optional(request, "name", name);
        optional(request, "namespace", namespace);
        request.put("operation", operation);
        request.set("userInfo", user.json());
        request.set("object", in(wanted, object));
        request.set("oldObject", in(wanted, before));
        request.put("dryRun", dryRun);
        request.set("options", options);
        return review;
    }

    private @Nullable ObjectNode in(String wanted, @Nullable ObjectNode any) {
        return any == null || isScale() ? any : resource.in(wanted, any);
    }

    private boolean isScale() {
        return subresource.equals("scale");
    }

    private ObjectNode kind(String wanted) {
        return isScale()
                ? Json.object().put("group", "autoscaling").put("version", "v1").put("kind", "Scale")
                : Json.object()
                        .put("group", resource.group())
                        .put("version", wanted)
                        .put("kind", resource.kind());
    }

    private ObjectNode resource(String wanted) {
        return Json.object()
                .put("group", resource.group())
                .put("version", wanted)
                .put("resource", resource.plural());
    }

    private static void optional(ObjectNode request, String field, String value) {
        if (!value.isEmpty()) {
            request.put(field, value);
        }
    }
}
