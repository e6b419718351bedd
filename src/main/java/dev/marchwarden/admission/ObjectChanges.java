package dev.marchwarden.admission;

import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.ObjectChange;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ObjectReach;
import dev.marchwarden.text.Quoted;
import org.jspecify.annotations.Nullable;

/** Makes the policy's view of a change from a request about configuration or a workload. */
final class ObjectChanges {
    private ObjectChanges() {}

    /** @param namespaces must know the namespace of what is written, or nobody can say on which side of the border it is */
    static ObjectChange of(AdmissionRequest request, Namespaces namespaces) throws UndecidableException {
        Operation operation = Operations.of(request);
        KindTable table = request.table();
        requireObject(request, operation);
        requireNamespace(request, table, operation, namespaces);
        return new ObjectChange(
                operation,
                request.group(),
                request.version(),
                request.kind(),
                request.namespace(),
                request.objectName(),
                request.user(),
                request.dryRun(),
                table,
                operation == Operation.CREATE ? null : reach(request.oldObject()),
                operation == Operation.DELETE ? null : judgeable(request),
                operation == Operation.CREATE || request.specChanged());
    }

    /** Of a kind that is not known it is not known either whether its objects are in a namespace. */
    static boolean isInNamespace(AdmissionRequest request) {
        KindTable table = request.table();
        return table == null ? !request.namespace().isEmpty() : !table.clusterScoped();
    }

    private static @Nullable ObjectReach reach(@Nullable ObjectSnapshot object) {
        return object == null ? null : object.reach();
    }

    /** What cannot be judged must not come, nor change; where it is there already it may be left alone. */
    private static @Nullable ObjectReach judgeable(AdmissionRequest request) throws UndecidableException {
        ObjectReach reach = reach(request.object());
        String problem = reach == null ? null : reach.problem();
        if (problem != null && request.specChanged()) {
            throw new UndecidableException("request.object: " + problem);
        }
        return reach;
    }

    private static void requireObject(AdmissionRequest request, Operation operation) throws UndecidableException {
        if (operation != Operation.DELETE && request.object() == null) {
            throw new UndecidableException("request.object is missing (expected with " + operation + ")");
        }
        if (operation == Operation.UPDATE && request.oldObject() == null) {
            throw new UndecidableException("request.oldObject is missing (expected with " + operation + ")");
        }
    }

    private static void requireNamespace(
            AdmissionRequest request, @Nullable KindTable table, Operation operation, Namespaces namespaces)
            throws UndecidableException {
        String namespace = request.namespace();
        if (table != null && table.clusterScoped()) {
            return;
        }
        for (ObjectSnapshot object : new ObjectSnapshot[] {request.object(), request.oldObject()}) {
            if (object != null
                    && !object.namespace().isEmpty()
                    && !object.namespace().equals(namespace)) {
                throw new UndecidableException("request.namespace is " + Quoted.of(namespace)
                        + " and the object's metadata.namespace " + Quoted.of(object.namespace())
                        + " (expected: one namespace)");
            }
        }
        boolean needed = operation != Operation.DELETE && isInNamespace(request);
        if (needed && namespaces.find(namespace) == null) {
            throw new UndecidableException("request.namespace is " + Quoted.of(namespace)
                    + " (expected: a namespace that is known, because its usergroup decides how the object is judged)");
        }
    }
}
