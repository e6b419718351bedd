package dev.marchwarden.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The review that an API server would send about a change of one object, and what becomes of it. */
public final class ObjectReview {
    private final ObjectNode review = JsonNodeFactory.instance.objectNode();
    private final ObjectNode request;

    private ObjectReview(JsonNode any, User user) {
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        request = review.putObject("request").put("uid", "6ad2d6f6-9e5b-4b27-9d5a-1c2f3b9a7e10");
        String apiVersion = any.path("apiVersion").textValue();
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        String kind = any.path("kind").textValue();
        request.putObject("kind").put("group", group).put("version", version).put("kind", kind);
        request.putObject("resource")
                .put("group", group)
                .put("version", version)
                .put("resource", plural(kind));
        request.put("name", any.path("metadata").path("name").asText());
        if (any.path("metadata").has("namespace")) {
            request.put("namespace", any.path("metadata").path("namespace").textValue());
        }
        ObjectNode userInfo = request.putObject("userInfo").put("username", user.name());
        user.groups().forEach(userInfo.putArray("groups")::add);
    }

    /** CREATE, UPDATE or DELETE, by which of the two are there; of them at least one is. */
    public static ObjectReview of(@Nullable JsonNode before, @Nullable JsonNode after, User user) {
        JsonNode any = after == null ? before : after;
        if (any == null) {
            throw new IllegalArgumentException("neither before nor after");
        }
        ObjectReview review = new ObjectReview(any, user);
        review.request.put("operation", before == null ? "CREATE" : after == null ? "DELETE" : "UPDATE");
        review.request.set("object", after);
        review.request.set("oldObject", before);
        return review;
    }

    public ObjectReview dryRun() {
        request.put("dryRun", true);
        return this;
    }

    /** The objects before anything that says what they are. */
    public ObjectReview objectsFirst() {
        ObjectNode rest = request.deepCopy();
        request.removeAll();
        request.set("object", rest.get("object"));
        request.set("oldObject", rest.get("oldObject"));
        request.setAll(rest);
        return this;
    }

    /** The request, to be bent as a test likes. */
    public ObjectNode request() {
        return request;
    }

    public byte[] bytes() {
        return review.toString().getBytes(UTF_8);
    }

    public Outcome decide(Policy policy, Namespaces namespaces, Rights rights) {
        return decide(bytes(), policy, namespaces, rights);
    }

    public static Outcome decide(byte[] review, Policy policy, Namespaces namespaces, Rights rights) {
        try {
            CompletableFuture<Outcome> decided = new Admission(() -> policy, () -> namespaces, rights)
                    .decide(Webhook.VALIDATE, review)
                    .toCompletableFuture();
            return decided.join();
        } catch (MalformedReviewException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.endsWith("y") && !lower.endsWith("way")
                ? lower.substring(0, lower.length() - 1) + "ies"
                : lower + (lower.endsWith("s") ? "es" : "s");
    }
}
