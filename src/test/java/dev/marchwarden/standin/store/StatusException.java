package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer of the API server that is no success: a metav1.Status. */
public final class StatusException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    public StatusException(int code, String reason, String message) {
        this(code, reason, message, Json.object());
    }

    public StatusException(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /** With the reason that goes with the code. */
    public static StatusException of(int code, String message) {
        return new StatusException(code, reasonOf(code), message);
    }

    public static StatusException badRequest(String message) {
        return of(400, message);
    }

    public static StatusException notFound(Resource resource, String name) {
        return new StatusException(
                404, "NotFound", resource.qualified() + " \"" + name + "\" not found", details(resource, name));
    }

    public static StatusException alreadyExists(Resource resource, String name) {
        return new StatusException(
                409,
                "AlreadyExists",
                resource.qualified() + " \"" + name + "\" already exists",
                details(resource, name));
    }

    public static StatusException conflict(Resource resource, String name, String why) {
        String message = "Operation cannot be fulfilled on " + resource.qualified() + " \"" + name + "\": " + why;
        return new StatusException(409, "Conflict", message, details(resource, name));
    }

    /** Another write came first. */
    public static StatusException modified(Resource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static StatusException forbidden(Resource resource, String name, String why) {
        return new StatusException(
                403,
                "Forbidden",
                resource.qualified() + " \"" + name + "\" is forbidden: " + why,
                details(resource, name));
    }

    public static StatusException invalid(Resource resource, String name, String field, String why) {
        ObjectNode details = details(resource, name).put("kind", resource.kind());
        details.putArray("causes")
                .addObject()
                .put("reason", "FieldValueInvalid")
                .put("message", why)
                .put("field", field);
        String kind = resource.group().isEmpty() ? resource.kind() : resource.kind() + "." + resource.group();
        return new StatusException(
                422, "Invalid", kind + " \"" + name + "\" is invalid: " + field + ": " + why, details);
    }

    public static ObjectNode details(Resource resource, String name) {
        ObjectNode details = Json.object().put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        return details.put("kind", resource.plural());
    }

    public int code() {
        return code;
    }

    public ObjectNode status() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    private static String reasonOf(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 409 -> "Conflict";
            case 410 -> "Expired";
            case 415 -> "UnsupportedMediaType";
            case 422 -> "Invalid";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> "InternalError";
        };
    }
}
