package dev.marchwarden.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonPatch;
import dev.marchwarden.json.JsonTrees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Policies and bindings of the API server that belong to one ClusterRole: they are made, kept as they are wanted, and deleted. The API
 * server's garbage collector deletes them when the role is deleted, and the role is what permits to write them.
 */
public final class LivePolicies {
    private static final String MANAGER = "marchwarden";
    private static final List<String> SELECTORS = List.of("namespaceSelector", "objectSelector");

    private final ApiServer api;
    private final ObjectName owner;
    private final Duration deadline;
    private final StoredObjects stored;

    /** @param owner name of the ClusterRole */
    public LivePolicies(ApiServer api, String owner, Duration deadline) {
        this.api = api;
        this.owner = ObjectName.clusterRole(owner);
        this.deadline = deadline;
        this.stored = new StoredObjects(api, deadline);
    }

    /** What marks an object as the role's, as etcd has the role now. */
    ObjectNode ownership() throws IOException {
        JsonNode role = stored.get(owner);
        return JsonTrees.MAPPER
                .createObjectNode()
                .put("apiVersion", "rbac.authorization.k8s.io/v1")
                .put("kind", owner.kind())
                .put("name", owner.name())
                .put("uid", role.at("/metadata/uid").asText());
    }

    /**
     * Makes the object, or brings it up to date.
     *
     * @return whether there was something to write
     */
    boolean keep(JsonNode wanted, ObjectNode ownership) throws IOException {
        ObjectName name = ObjectName.policy(
                wanted.path("kind").asText(), wanted.at("/metadata/name").asText());
        JsonNode live = find(name);
        if (live == null) {
            make(name, wanted, ownership);
            return true;
        }
        requireNoOtherOwner(name, live);
        if (isAsWanted(live, wanted, ownership)) {
            return false;
        }
        JsonPatch patch = new JsonPatch()
                .add("/spec", wanted.path("spec"))
                .add("/metadata/labels", merged(live.at("/metadata/labels"), wanted.at("/metadata/labels")))
                .add(
                        "/metadata/ownerReferences",
                        JsonTrees.MAPPER.createArrayNode().add(ownership));
        stored.patch(name, live, patch);
        return true;
    }

    /** Whether Kubernetes has checked the types of a policy as it is now; true for what has no types. */
    boolean isChecked(JsonNode wanted) throws IOException {
        ObjectName name = ObjectName.policy(
                wanted.path("kind").asText(), wanted.at("/metadata/name").asText());
        JsonNode live = stored.get(name);
        return !name.kind().equals("ValidatingAdmissionPolicy")
                || live.at("/status/observedGeneration").asLong(-1)
                        == live.at("/metadata/generation").asLong();
    }

    /** @return whether there was such an object of the role's */
    boolean remove(ObjectName name) throws IOException {
        JsonNode live = find(name);
        if (live == null || !belongs(live.at("/metadata/ownerReferences"))) {
            return false;
        }
        ApiServer.Reply reply = api.answer(ApiRequest.delete(name.path()), deadline);
        if (reply.status() != 200 && reply.status() != 404) {
            StoredObjects.read(name, "delete", reply);
        }
        return true;
    }

    private @Nullable JsonNode find(ObjectName name) throws IOException {
        try {
            return stored.get(name);
        } catch (RefusedException e) {
            if (!e.isMissing()) {
                throw e;
            }
            return null;
        }
    }

    /** By server-side apply: RBAC cannot limit a POST to a name, but it can limit this. */
    private void make(ObjectName name, JsonNode wanted, ObjectNode ownership) throws IOException {
        ObjectNode object = wanted.deepCopy();
        object.withObject("/metadata").putArray("ownerReferences").add(ownership);
        String path = name.path() + "?fieldManager=" + MANAGER;
        StoredObjects.read(
                name,
                "create",
                api.answer(ApiRequest.apply(path, JsonTrees.MAPPER.writeValueAsString(object)), deadline));
    }

    /** Two releases would write over each other for ever. */
    private void requireNoOtherOwner(ObjectName name, JsonNode live) throws IOException {
        JsonNode owners = live.at("/metadata/ownerReferences");
        if (!owners.isEmpty() && !belongs(owners)) {
            throw new IOException(
                    name + " belongs to " + owners.path(0).path("kind").asText() + " "
                            + owners.path(0).path("name").asText() + " (expected: to nobody or to " + owner
                            + "; one release in a cluster may have a twin)");
        }
    }

    private boolean belongs(JsonNode owners) {
        return owners.valueStream()
                .anyMatch(each -> each.path("kind").asText().equals(owner.kind())
                        && each.path("name").asText().equals(owner.name()));
    }

    private static boolean isAsWanted(JsonNode live, JsonNode wanted, ObjectNode ownership) {
        return withoutDefaults(live.path("spec")).equals(withoutDefaults(wanted.path("spec")))
                && live.at("/metadata/ownerReferences")
                        .valueStream()
                        .anyMatch(each -> each.path("uid").equals(ownership.path("uid")))
                && wanted.at("/metadata/labels")
                        .propertyStream()
                        .allMatch(label -> label.getValue()
                                .equals(live.at("/metadata/labels").path(label.getKey())));
    }

    /** The API server adds empty selectors. */
    private static JsonNode withoutDefaults(JsonNode spec) {
        JsonNode copy = spec.deepCopy();
        if (copy.path("matchConstraints") instanceof ObjectNode constraints) {
            SELECTORS.stream()
                    .filter(selector -> constraints.path(selector).isEmpty())
                    .forEach(constraints::remove);
        }
        return copy;
    }

    private static JsonNode merged(JsonNode live, JsonNode wanted) {
        ObjectNode labels = live instanceof ObjectNode there ? there.deepCopy() : JsonTrees.MAPPER.createObjectNode();
        wanted.forEachEntry(labels::set);
        return labels;
    }
}
