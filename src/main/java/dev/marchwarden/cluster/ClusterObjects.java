package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.ApiServer.Reply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a cluster as trees, for who sets something up in it and has the time to wait for answers. Every method throws {@link IOException}
 * where no answer comes, and {@link RefusedException} where it is a no.
 */
public final class ClusterObjects {
    /** Who it is that applies, as the API server keeps it with each field. */
    public static final String FIELD_MANAGER = "marchwarden";

    /** Of a list, to begin with; where objects are so large that an answer would be longer than one may be, fewer. */
    private static final int PAGE = 100;

    private static final List<String> METADATA =
            List.of("name", "namespace", "uid", "labels", "annotations", "ownerReferences", "deletionTimestamp");

    private static final int ATTEMPTS = 3;
    private static final int GONE = 410;

    /** Said by one that has too much to do, and for some seconds of a kind whose definition is new. */
    private static final int BUSY = 429;

    private static final int BUSY_ATTEMPTS = 20;
    private static final Duration BUSY_PAUSE = Duration.ofMillis(500);

    private final ApiServer api;
    private final Duration deadline;

    /** @param deadline of each question */
    public ClusterObjects(ApiServer api, Duration deadline) {
        this.api = api;
        this.deadline = deadline;
    }

    /** Null where there is none, or no such kind. */
    public @Nullable JsonNode find(ObjectName name) throws IOException {
        try {
            return ObjectPatches.read(name, "get", answer(ApiRequest.get(name.path())));
        } catch (RefusedException e) {
            if (e.isMissing()) {
                return null;
            }
            throw e;
        }
    }

    /**
     * All that there are; none where there is no such kind. API servers leave out kind and apiVersion in lists.
     *
     * @param namespace empty for all
     * @param labels a label selector; empty for any
     */
    public List<JsonNode> list(ObjectKind kind, String namespace, String labels) throws IOException {
        return list(kind, namespace, labels, object -> object);
    }

    /**
     * The same, for what there may be very many of.
     *
     * @param part what is to be kept of each
     */
    public <T> List<T> list(ObjectKind kind, String namespace, String labels, Function<JsonNode, T> part)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return pages(kind, namespace, labels, part);
            } catch (RefusedException e) {
                if (e.isMissing()) {
                    return List.of();
                }
                if (e.status() != GONE || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private <T> List<T> pages(ObjectKind kind, String namespace, String labels, Function<JsonNode, T> part)
            throws IOException {
        ObjectName all = new ObjectName(kind.kind() + "List", kind.collection(namespace), namespace, "");
        List<T> items = new ArrayList<>();
        String next = "";
        int limit = PAGE;
        do {
            JsonNode page;
            try {
                page = page(all, labels, limit, next);
            } catch (AnswerTooLongException e) {
                if (limit == 1) {
                    throw e;
                }
                limit = Math.max(1, limit / 4);
                continue;
            }
            page.path("items").forEach(item -> items.add(part.apply(item)));
            next = page.at("/metadata/continue").asText("");
            if (next.isEmpty()) {
                return items;
            }
        } while (true);
    }

    private JsonNode page(ObjectName all, String labels, int limit, String next) throws IOException {
        String path = all.collection() + "?limit=" + limit
                + (labels.isEmpty() ? "" : "&labelSelector=" + encoded(labels))
                + (next.isEmpty() ? "" : "&continue=" + encoded(next));
        return ObjectPatches.read(all, "list", answer(ApiRequest.get(path)));
    }

    /** Of an object of which there may be very many: its metadata without what is long there, and {@code status.phase}. */
    public static JsonNode summary(JsonNode object) {
        ObjectNode kept = TreeStream.JSON.createObjectNode();
        ObjectNode metadata = kept.putObject("metadata");
        for (String field : METADATA) {
            JsonNode value = object.path("metadata").path(field);
            if (!value.isMissingNode()) {
                metadata.set(field, value);
            }
        }
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        }
        kept.putObject("status").set("phase", object.at("/status/phase"));
        return kept;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Creates or changes it by a server-side apply as {@link #FIELD_MANAGER}; what others set of the same fields is set anew. */
    public JsonNode apply(ObjectName name, JsonNode manifest) throws IOException {
        String path = name.path() + "?force=true&fieldManager=" + FIELD_MANAGER;
        Reply reply = answer(ApiRequest.apply(path, TreeStream.JSON.writeValueAsString(manifest)));
        return ObjectPatches.read(name, "apply", reply.status() == 201 ? new Reply(200, reply.body()) : reply);
    }

    /**
     * Fails with a conflict where somebody else was faster.
     *
     * @param before the object that the patch was made for
     */
    public JsonNode patch(ObjectName name, JsonNode before, ArrayNode patch) throws IOException {
        try {
            return ObjectPatches.read(name, "patch", answer(ObjectPatches.patching(name, before, patch)));
        } catch (RefusedException e) {
            JsonNode now = e.isUnprocessable() ? find(name) : before;
            throw now == null || ObjectPatches.hasChanged(before, now) ? e.late() : e;
        }
    }

    /** Asks for its end, which may take a while. What is gone, or another one of the same name, is left alone. */
    public void delete(ObjectName name, JsonNode object) throws IOException {
        ObjectNode options = TreeStream.JSON.createObjectNode();
        options.put("apiVersion", "v1").put("kind", "DeleteOptions").put("propagationPolicy", "Background");
        options.putObject("preconditions").put("uid", object.at("/metadata/uid").asText());
        Reply reply = answer(ApiRequest.delete(name.path(), options.toString()));
        if (reply.status() < 200 || reply.status() > 299) {
            try {
                ObjectPatches.read(name, "delete", reply);
            } catch (RefusedException e) {
                if (!e.isMissing()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Whether whoever asks may do something.
     *
     * @param namespace empty for all
     * @param object its name; empty for any
     */
    public boolean permits(String verb, ObjectKind kind, String namespace, String object) throws IOException {
        ObjectNode review = TreeStream.JSON.createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes.put("verb", verb).put("group", kind.group()).put("resource", kind.plural());
        if (!namespace.isEmpty()) {
            attributes.put("namespace", namespace);
        }
        if (!object.isEmpty()) {
            attributes.put("name", object);
        }
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        Reply reply = answer(ApiRequest.post(path, TreeStream.JSON.writeValueAsBytes(review)));
        ObjectName question = new ObjectName("SelfSubjectAccessReview", path, "", verb + " " + kind.plural());
        JsonNode answer =
                ObjectPatches.read(question, "ask", reply.status() == 201 ? new Reply(200, reply.body()) : reply);
        return answer.at("/status/allowed").asBoolean()
                && !answer.at("/status/denied").asBoolean();
    }

    /** What the API server says it is: {@code v1.35.2}. */
    public String version() throws IOException {
        Reply reply = answer(ApiRequest.get("/version"));
        try (TreeStream in = new TreeStream(reply.body())) {
            return in.whole().value().path("gitVersion").asText();
        } catch (JacksonException e) {
            throw new IOException("the API server does not say which version it is, HTTP " + reply.status());
        }
    }

    /** Asks again, within bounds, where the API server says that it is busy. */
    private Reply answer(ApiRequest question) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Reply reply = api.answer(question, deadline);
            if (reply.status() != BUSY || attempt == BUSY_ATTEMPTS) {
                return reply;
            }
            try {
                Thread.sleep(BUSY_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
