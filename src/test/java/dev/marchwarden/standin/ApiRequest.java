package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.admission.Attributes;
import dev.marchwarden.standin.admission.UserInfo;
import dev.marchwarden.standin.store.Author;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.StatusException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a resource.
 *
 * @param agent who says to be writing, where the query does not name a field manager
 * @param warnings what it is told beside the answer
 */
record ApiRequest(
        String method,
        Target target,
        Map<String, String> query,
        UserInfo user,
        String agent,
        String contentType,
        String body,
        Set<String> warnings) {

    /** One that the cluster makes itself. */
    static ApiRequest by(UserInfo user, String method, Target target, JsonNode body) {
        return new ApiRequest(
                method,
                target,
                Map.of(),
                user,
                "kube-controller-manager",
                "application/json",
                body.toString(),
                new LinkedHashSet<>());
    }

    JsonNode json() throws StatusException {
        return Json.body(body);
    }

    boolean isDryRun() {
        return query.getOrDefault("dryRun", "").equals("All");
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    Author author() {
        return new Author(query.getOrDefault("fieldManager", agent), target.subresource(), now());
    }

    Attributes write(
            String operation,
            String name,
            @Nullable ObjectNode object,
            @Nullable ObjectNode before,
            ObjectNode options) {
        return write(operation, name, object, before, options, isDryRun());
    }

    Attributes write(
            String operation,
            String name,
            @Nullable ObjectNode object,
            @Nullable ObjectNode before,
            ObjectNode options,
            boolean dryRun) {
        String namespace = target.resource().isNamespaces() ? name : target.namespace();
        return new Attributes(
                operation,
                target.resource(),
                target.version(),
                target.subresource(),
                namespace,
                name,
                object,
                before,
                options,
                dryRun,
                user);
    }

    /** As a review has them. */
    ObjectNode options(String kind) {
        ObjectNode options = Json.object().put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
        for (String each : new String[] {"fieldManager", "fieldValidation", "propagationPolicy"}) {
            if (query.containsKey(each)) {
                options.put(each, query.get(each));
            }
        }
        if (isDryRun()) {
            options.putArray("dryRun").add("All");
        }
        return options;
    }
}
