package dev.marchwarden.model;

import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.policy.NamespaceState;
import java.util.Map;

/**
 * A write somebody tries.
 *
 * @param labels what the object carries afterwards; of no account for DELETE
 * @param last whether it takes the last finalizer away, with which a terminating namespace is gone
 */
record Write(Actor actor, String operation, String subresource, String name, Map<String, String> labels, boolean last) {
    Write {
        labels = Map.copyOf(labels);
    }

    static Write create(Actor actor, String name, Map<String, String> labels) {
        return new Write(actor, "CREATE", "", name, labels, false);
    }

    static Write update(Actor actor, String subresource, String name, Map<String, String> labels) {
        return new Write(actor, "UPDATE", subresource, name, labels, false);
    }

    static Write finalizing(Actor actor, String name, Map<String, String> labels) {
        return new Write(actor, "UPDATE", "finalize", name, labels, true);
    }

    /** As the API server asks about it, before any webhook has changed it. */
    NamespaceReview review(Cluster before, String uid) {
        NamespaceState stored = before.find(name);
        boolean terminating = stored != null && stored.terminating();
        return new NamespaceReview(
                uid,
                operation,
                subresource,
                name,
                actor.user(),
                operation.equals("DELETE") ? null : NamespaceReview.namespace(name, labels, terminating),
                stored == null ? null : NamespaceReview.namespace(stored.name(), stored.labels(), terminating));
    }

    static Write delete(Actor actor, String name) {
        return new Write(actor, "DELETE", "", name, Map.of(), false);
    }
}
