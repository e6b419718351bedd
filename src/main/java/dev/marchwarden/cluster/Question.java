package dev.marchwarden.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * What an API server is asked or told. Each may be sent twice: a connection may break before the answer is here.
 *
 * @param contentType of the body
 * @param body null where there is none
 */
record Question(
        String method,
        String path,
        String contentType,
        @Nullable String body) {
    private static final String JSON = "application/json";

    static Question get(String path) {
        return new Question("GET", path, "", null);
    }

    static Question post(String path, byte[] body) {
        return new Question("POST", path, JSON, new String(body, UTF_8));
    }

    /** @param patch a JSON patch (RFC 6902) that tests what it rests on */
    static Question patch(String path, String patch) {
        return new Question("PATCH", path, "application/json-patch+json", patch);
    }

    /** @param manifest as JSON, which is YAML */
    static Question apply(String path, String manifest) {
        return new Question("PATCH", path, "application/apply-patch+yaml", manifest);
    }

    static Question delete(String path, String options) {
        return new Question("DELETE", path, JSON, options);
    }
}
