package dev.marchwarden.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A request to the API server. Each may be sent twice: a connection may break before the answer is here.
 *
 * @param contentType of the body
 * @param body null where there is none
 */
record ApiRequest(
        String method,
        String path,
        String contentType,
        @Nullable String body) {
    private static final String JSON = "application/json";

    static ApiRequest get(String path) {
        return new ApiRequest("GET", path, "", null);
    }

    static ApiRequest post(String path, byte[] body) {
        return new ApiRequest("POST", path, JSON, new String(body, UTF_8));
    }

    /** @param patch a JSON patch (RFC 6902) that tests what it rests on */
    static ApiRequest patch(String path, String patch) {
        return new ApiRequest("PATCH", path, "application/json-patch+json", patch);
    }

    /** @param object in JSON, to be made if it is not there (server-side apply) */
    static ApiRequest apply(String path, String object) {
        return new ApiRequest("PATCH", path, "application/apply-patch+yaml", object);
    }

    /** With default options. */
    static ApiRequest delete(String path) {
        return new ApiRequest("DELETE", path, JSON, "{}");
    }
}
