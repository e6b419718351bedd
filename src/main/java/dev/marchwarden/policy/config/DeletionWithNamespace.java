package dev.marchwarden.policy.config;

import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.tenancy.Tenancy;

/** Whether an object is deleted together with its namespace. */
final class DeletionWithNamespace {
    private DeletionWithNamespace() {}

    /** The namespace controller deletes the objects of a namespace that is terminating; our view of the namespace may lag behind its. */
    static boolean isNear(ObjectChange change, ObjectSurroundings surroundings) {
        NamespaceState namespace = surroundings.namespaces().find(change.namespace());
        return change.user().name().equals(Tenancy.NAMESPACE_CONTROLLER)
                || (namespace != null && namespace.terminating());
    }
}
