package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.ApiServer.Reply;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a cluster as trees, for who sets something up in it and has the time to wait for answers. Every method throws {@link IOException}
 * where no answer comes, and {@link RefusedException} where it is a no.
 */
public final class ClusterObjects {
    /** Who it is that applies, as the API server keeps it with each field. */
    public static final String FIELD_MANAGER = "marchwarden";

    /** Of a list: pods with long specs are some twenty KiB, and an answer is read whole. */
    private static final int PAGE = 100;

    private static final int ATTEMPTS = 3;
    private static final int GONE = 410;

    private final ApiServer api;
    private final ObjectDoor door;
    private final Duration deadline;

    /** @param deadline of each question */
    public ClusterObjects(ApiServer api, Duration deadline) {
        this.api = api;
        this.door = new ObjectDoor(api, deadline);
        this.deadline = deadline;
    }

    /** Null where there is none, or no such kind. */
    public @Nullable JsonNode find(ObjectName name) throws IOException {
        try {
            return door.get(name);
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
        for (int attempt = 1; ; attempt++) {
            try {
                return pages(kind, namespace, labels);
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

    private List<JsonNode> pages(ObjectKind kind, String namespace, String labels) throws IOException {
        ObjectName all = new ObjectName(kind.kind() + "List", kind.collection(namespace), namespace, "");
        List<JsonNode> items = new ArrayList<>();
        String next = "";
        do {
            String path = all.collection() + "?limit=" + PAGE
                    + (labels.isEmpty() ? "" : "&labelSelector=" + encoded(labels))
                    + (next.isEmpty() ? "" : "&continue=" + encoded(next));
            JsonNode page = ObjectDoor.read(all, "list", api.get(path, deadline));
            page.path("items").forEach(items::add);
            next = page.at("/metadata/continue").asText("");
        } while (!next.isEmpty());
        return items;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Creates or changes it by a server-side apply as {@link #FIELD_MANAGER}; what others set of the same fields is set anew. */
    public JsonNode apply(ObjectName name, JsonNode manifest) throws IOException {
        String path = name.path() + "?force=true&fieldManager=" + FIELD_MANAGER;
        Reply reply = api.answer(Question.apply(path, TreeStream.JSON.writeValueAsString(manifest)), deadline);
        return ObjectDoor.read(name, "apply", reply.status() == 201 ? new Reply(200, reply.body()) : reply);
    }

    /**
     * Fails with a conflict where somebody else was faster.
     *
     * @param before the object that the patch was made for
     */
    public JsonNode patch(ObjectName name, JsonNode before, ArrayNode patch) throws IOException {
        return door.patch(name, before, patch);
    }

    /** Asks for its end, which may take a while. What is gone, or another one of the same name, is left alone. */
    public void delete(ObjectName name, JsonNode object) throws IOException {
        ObjectNode options = TreeStream.JSON.createObjectNode();
        options.put("apiVersion", "v1").put("kind", "DeleteOptions").put("propagationPolicy", "Background");
        options.putObject("preconditions").put("uid", object.at("/metadata/uid").asText());
        Reply reply = api.answer(Question.delete(name.path(), options.toString()), deadline);
        if (reply.status() < 200 || reply.status() > 299) {
            try {
                ObjectDoor.read(name, "delete", reply);
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
     */
    public boolean permits(String verb, ObjectKind kind, String namespace) throws IOException {
        ObjectNode review = TreeStream.JSON.createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes.put("verb", verb).put("group", kind.group()).put("resource", kind.plural());
        if (!namespace.isEmpty()) {
            attributes.put("namespace", namespace);
        }
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        Reply reply = api.answer(Question.post(path, TreeStream.JSON.writeValueAsBytes(review)), deadline);
        ObjectName question = new ObjectName("SelfSubjectAccessReview", path, "", verb + " " + kind.plural());
        JsonNode answer =
                ObjectDoor.read(question, "ask", reply.status() == 201 ? new Reply(200, reply.body()) : reply);
        return answer.at("/status/allowed").asBoolean()
                && !answer.at("/status/denied").asBoolean();
    }

    /** What the API server says it is: {@code v1.35.2}. */
    public String version() throws IOException {
        Reply reply = api.get("/version", deadline);
        try (TreeStream in = new TreeStream(reply.body())) {
            return in.whole().value().path("gitVersion").asText();
        } catch (JacksonException e) {
            throw new IOException("the API server does not say which version it is, HTTP " + reply.status());
        }
    }
}
