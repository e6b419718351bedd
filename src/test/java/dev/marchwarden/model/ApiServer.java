package dev.marchwarden.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonPatch;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Answer;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an API server does with a write of a namespace: the mutating webhook, its patch, the validating webhook, the store. */
final class ApiServer {
    private final Admission admission;
    private Cluster cluster = Cluster.EMPTY;
    private int reviews;

    ApiServer(Policy policy) {
        String usergroupLabel = policy.tenancy().usergroupLabel();
        this.admission = new Admission(
                () -> policy,
                () -> new NamespaceSnapshot(cluster.namespaces().values(), usergroupLabel),
                Rights.TENANCY_ONLY);
    }

    /** How many reviews were sent. */
    int reviews() {
        return reviews;
    }

    /** The cluster after the write, or empty where it was not admitted. */
    Optional<Cluster> apply(Cluster before, Write write) {
        cluster = before;
        NamespaceState stored = before.find(write.name());
        NamespaceReview review = write.review(before, "uid-" + reviews);
        ObjectNode object = review.object();
        Answer mutated = send(review, Webhook.MUTATE);
        JsonNode patch = mutated.patch();
        if (patch != null && object != null) {
            object = (ObjectNode) JsonPatch.apply(patch, object);
            review = review.with(object);
            if (send(review, Webhook.MUTATE).patch() != null) {
                throw new AssertionError("patched twice: " + write + " on " + before);
            }
        }
        if (!mutated.allowed() || !send(review, Webhook.VALIDATE).allowed()) {
            return Optional.empty();
        }
        return Optional.of(stored(before, write, stored, object));
    }

    private Answer send(NamespaceReview review, Webhook webhook) {
        reviews++;
        Answer answer = Answer.to(review, webhook, admission);
        if (answer.patch() != null && (webhook == Webhook.VALIDATE || review.object() == null)) {
            throw new AssertionError("a patch where the API server takes none: " + review);
        }
        if (!answer.uid().equals(review.uid()) || answer.code() == 500) {
            throw new AssertionError("not decided: " + answer);
        }
        return answer;
    }

    private static Cluster stored(
            Cluster before, Write write, @Nullable NamespaceState stored, @Nullable ObjectNode object) {
        if (stored != null && object == null) {
            return before.with(new NamespaceState(stored.name(), stored.labels(), true));
        }
        boolean terminating = stored != null && stored.terminating();
        if (terminating && write.last()) {
            return before.without(write.name());
        }
        Map<String, String> labels = new HashMap<>();
        if (object != null) {
            object.path("metadata")
                    .path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
        }
        return before.with(new NamespaceState(write.name(), labels, terminating));
    }
}
