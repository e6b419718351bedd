package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.StatusException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** Answers who may do what, and who somebody is. Nothing else goes by these rights. */
final class AccessReviews {
    private final Queue<JsonNode> asked = new ConcurrentLinkedQueue<>();
    private volatile Predicate<JsonNode> permits = review -> false;
    private volatile boolean denies;

    void permit(Predicate<JsonNode> specs) {
        permits = specs;
    }

    /** From now on every answer says denied as well. */
    void deny() {
        denies = true;
    }

    List<JsonNode> asked() {
        return List.copyOf(asked);
    }

    Reply answer(ApiRequest request) throws StatusException {
        ObjectNode review = Preparation.read(request.target(), request.json());
        ObjectNode status = review.putObject("status");
        if (review.path("kind").asText().equals("SelfSubjectReview")) {
            status.set("userInfo", request.user().json());
            return new Reply(201, review);
        }
        JsonNode spec = review.path("spec");
        if (review.path("kind").asText().equals("SelfSubjectAccessReview")) {
            ObjectNode self = spec.deepCopy();
            self.put("user", request.user().username());
            request.user().groups().forEach(self.putArray("groups")::add);
            spec = self;
        }
        asked.add(spec);
        status.put("allowed", permits.test(spec)).put("reason", "the stand-in says so");
        if (denies) {
            status.put("denied", true);
        }
        return new Reply(201, review);
    }
}
