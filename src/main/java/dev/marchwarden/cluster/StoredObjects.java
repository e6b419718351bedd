package dev.marchwarden.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ApiServer.Reply;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.JsonTrees;
import java.io.IOException;
import java.time.Duration;

/**
 * Reads and changes single objects. A change never creates one, and fails where somebody else was faster: it is a patch that tests the
 * version it was made for, which RBAC permits by name and which the API server does not take for a creation, as it may a PUT.
 */
record StoredObjects(ApiServer api, Duration deadline) {
    /** What an API server says of a group or version that it does not serve: no JSON, as it does for a kind of one that it does. */
    private static final String NOT_SERVED = "404 page not found";

    private static final String VERSION = "/metadata/resourceVersion";

    /** As etcd has it, not as a cache does. */
    JsonNode get(ObjectName name) throws IOException {
        return read(name, "get", api.get(name.path(), deadline));
    }

    /** A conflict where there is one of that name. */
    JsonNode create(ObjectName name, JsonNode object) throws IOException {
        byte[] body = JsonTrees.MAPPER.writeValueAsBytes(object);
        return read(name, "create", api.answer(ApiRequest.post(name.collection(), body), deadline));
    }

    /** @param before the object that the patch was made for */
    JsonNode patch(ObjectName name, JsonNode before, JsonPatch patch) throws IOException {
        try {
            return read(name, "patch", api.answer(patching(name, before, patch), deadline));
        } catch (RefusedException e) {
            throw e.isUnprocessable() && hasChanged(before, get(name)) ? e.late() : e;
        }
    }

    /** A patch whose test of the version fails is refused as one that makes the object invalid is (HTTP 422): this tells which it was. */
    private static boolean hasChanged(JsonNode before, JsonNode now) {
        return !before.at(VERSION).equals(now.at(VERSION));
    }

    private static ApiRequest patching(ObjectName name, JsonNode before, JsonPatch patch) {
        JsonPatch whole = new JsonPatch().test(VERSION, before.at(VERSION)).then(patch);
        return ApiRequest.patch(name.path(), whole.toString());
    }

    static JsonNode read(ObjectName name, String verb, Reply reply) throws IOException {
        if (reply.status() == 404 && isNotServed(reply)) {
            throw new RefusedException(name, verb, reply.status(), NOT_SERVED);
        }
        try (TreeStream in = new TreeStream(reply.body())) {
            TreeStream.Tree answer = in.whole();
            if (reply.status() != 200 && reply.status() != 201) {
                throw new RefusedException(name, verb, reply.status(), answer.message());
            }
            if (!answer.kind().equals(name.kind())) {
                throw new IOException("cannot " + verb + " " + name + ": the API server answers with something else");
            }
            return answer.value();
        } catch (JacksonException e) {
            // Without the cause, which may quote what was sent.
            throw new IOException("cannot " + verb + " " + name + ", HTTP " + reply.status() + " and no JSON");
        }
    }

    private static boolean isNotServed(Reply reply) throws IOException {
        reply.body().mark(NOT_SERVED.length());
        byte[] begin = reply.body().readNBytes(NOT_SERVED.length());
        reply.body().reset();
        return new String(begin, US_ASCII).equals(NOT_SERVED);
    }
}
