package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.CelException;
import dev.marchwarden.standin.store.LabelSelector;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.Selection;
import dev.marchwarden.standin.store.StatusException;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Asks the webhooks of the configurations in the store, by the rules of the real one. Unlike there, mutating webhooks are never asked a second
 * time, and validating ones not all at once but one after the other.
 */
public final class Admission {
    /** The one group whose objects no webhook is asked about. */
    private static final String EXEMPT = "admissionregistration.k8s.io";

    private final ObjectStore store;
    private final Resource namespaces;
    private final Resource mutating;
    private final Resource validating;
    private final WebhookCall call;
    private final Queue<Reviewed> reviewed = new ConcurrentLinkedQueue<>();

    /** A question that was put to a webhook. */
    public record Reviewed(String webhook, JsonNode request) {}

    public Admission(ObjectStore store, ResourceTable table, Services services) {
        this.store = store;
        this.namespaces = table.named("namespaces");
        this.mutating = table.named("mutatingwebhookconfigurations");
        this.validating = table.named("validatingwebhookconfigurations");
        this.call = new WebhookCall(services);
    }

    /** All questions so far. */
    public List<Reviewed> reviewed() {
        return List.copyOf(reviewed);
    }

    /** The object of a write as the mutating webhooks want it; null for a deletion. */
    public @Nullable ObjectNode mutate(Attributes write, Collection<String> warnings) throws StatusException {
        Attributes now = write;
        for (JsonNode hook : hooks(mutating, write)) {
            Answer answer = ask(hook, true, now, warnings);
            ObjectNode object = now.object();
            if (answer != null && !answer.isAllowed()) {
                throw answer.denial();
            }
            if (answer != null && object != null) {
                try {
                    now = now.with(answer.patch(object));
                } catch (WebhookException e) {
                    throw failed(answer.webhook(), e);
                }
            }
        }
        return now.object();
    }

    /** Throws where a validating webhook does not admit a write. */
    public void validate(Attributes write, Collection<String> warnings) throws StatusException {
        StatusException denied = null;
        for (JsonNode hook : hooks(validating, write)) {
            try {
                Answer answer = ask(hook, false, write, warnings);
                if (answer != null && !answer.isAllowed() && denied == null) {
                    denied = answer.denial();
                }
            } catch (StatusException e) {
                denied = denied == null ? e : denied;
            }
        }
        if (denied != null) {
            throw denied;
        }
    }

    private List<JsonNode> hooks(Resource configurations, Attributes write) {
        return write.resource().group().equals(EXEMPT)
                ? List.of()
                : store.all(configurations, Selection.in("")).stream()
                        .flatMap(each -> each.path("webhooks").valueStream())
                        .toList();
    }

    /** Its answer; null where it does not want to be asked, or cannot be and that is to be ignored. */
    private @Nullable Answer ask(JsonNode hook, boolean mutates, Attributes write, Collection<String> warnings)
            throws StatusException {
        String version = new Rules(hook).match(write);
        if (version == null || !selects(hook, write)) {
            return null;
        }
        String name = hook.path("name").asText();
        boolean ignore = hook.path("failurePolicy").asText().equals("Ignore");
        JsonNode review = write.review(version);
        JsonNode request = review.path("request");
        try {
            if (!MatchConditions.hold(hook.path("matchConditions"), request)) {
                return null;
            }
        } catch (CelException e) {
            if (ignore) {
                return null;
            }
            throw StatusException.of(500, "Internal error occurred: " + name + ": " + e.getMessage());
        }
        if (write.dryRun() && !hook.path("sideEffects").asText().startsWith("None")) {
            throw StatusException.badRequest("admission webhook \"" + name + "\" does not support dry run");
        }
        reviewed.add(new Reviewed(name, request));
        try {
            Answer answer = Answer.of(name, mutates, request.path("uid").asText(), call.send(hook, review));
            warnings.addAll(answer.warnings());
            return answer;
        } catch (WebhookException e) {
            if (ignore) {
                return null;
            }
            throw failed(name, e);
        }
    }

    private static StatusException failed(String name, WebhookException why) {
        return StatusException.of(
                500, "Internal error occurred: failed calling webhook \"" + name + "\": " + why.getMessage());
    }

    private boolean selects(JsonNode hook, Attributes write) throws StatusException {
        LabelSelector ofObjects = LabelSelector.of(hook.path("objectSelector"));
        ObjectNode after = write.object();
        ObjectNode before = write.before();
        boolean object = (after != null && ofObjects.matches(after)) || (before != null && ofObjects.matches(before));
        if (!object && !ofObjects.requirements().isEmpty()) {
            return false;
        }
        LabelSelector ofNamespaces = LabelSelector.of(hook.path("namespaceSelector"));
        if (ofNamespaces.requirements().isEmpty() || write.namespace().isEmpty()) {
            return true;
        }
        boolean itself = write.resource().isNamespaces() && write.subresource().isEmpty() && after != null;
        return ofNamespaces.matches(
                itself && after != null ? after : store.existing(namespaces, "", write.namespace()));
    }
}
