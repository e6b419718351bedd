package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.StatusException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lets through what somebody may do, as RBAC would, once it is told what that is; before, everything. */
final class Authorization {
    private static final Pattern ONE_NAME = Pattern.compile("metadata\\.name==?([^,=]+)");

    private final ObjectStore store;
    private volatile Predicate<JsonNode> permits = attributes -> true;

    Authorization(ObjectStore store) {
        this.store = store;
    }

    /** By what a SubjectAccessReview has as its resourceAttributes. */
    void enforce(Predicate<JsonNode> attributes) {
        permits = attributes;
    }

    void check(Call call, ApiRequest request) throws StatusException {
        if (call == Call.ACCESS_REVIEW) {
            return;
        }
        Target target = request.target();
        String verb = switch (call) {
            case LIST -> "list";
            case WATCH -> "watch";
            case GET -> "get";
            default ->
                switch (request.method()) {
                    case "POST" -> "create";
                    case "PUT" -> "update";
                    case "PATCH" -> "patch";
                    default -> target.name().isEmpty() ? "deletecollection" : "delete";
                };
        };
        check(verb, request);
        if (verb.equals("patch")
                && target.subresource().isEmpty()
                && store.find(target.resource(), target.namespace(), target.name()) == null) {
            // an apply that makes the object: of that, too, the name is known
            check("create", request);
        }
    }

    private void check(String verb, ApiRequest request) throws StatusException {
        Target target = request.target();
        ObjectNode attributes = Json.object();
        String subresource = target.subresource();
        attributes.put("verb", verb).put("group", target.resource().group());
        attributes.put("resource", target.resource().plural());
        if (!subresource.isEmpty()) {
            attributes.put("subresource", subresource);
        }
        if (!target.namespace().isEmpty()) {
            attributes.put("namespace", target.namespace());
        }
        String name = target.name().isEmpty() ? onlyName(request) : target.name();
        if (!name.isEmpty()) {
            attributes.put("name", name);
        }
        if (!permits.test(attributes)) {
            throw StatusException.forbidden(
                    target.resource(),
                    target.name(),
                    "User \"%s\" cannot %s resource \"%s\" in API group \"%s\"%s"
                            .formatted(
                                    request.user().username(),
                                    verb,
                                    target.resource().plural() + (subresource.isEmpty() ? "" : "/" + subresource),
                                    target.resource().group(),
                                    target.namespace().isEmpty()
                                            ? " at the cluster scope"
                                            : " in the namespace \"" + target.namespace() + "\""));
        }
    }

    /** A list or watch that selects one name is of that name. */
    private static String onlyName(ApiRequest request) {
        Matcher one = ONE_NAME.matcher(request.query().getOrDefault("fieldSelector", ""));
        return one.matches() ? String.valueOf(one.group(1)) : "";
    }
}
