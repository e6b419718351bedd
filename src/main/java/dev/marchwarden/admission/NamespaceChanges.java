package dev.marchwarden.admission;

import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.text.Quoted;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the policy's view of a change from a request about a namespace. */
final class NamespaceChanges {
    private NamespaceChanges() {}

    static NamespaceChange of(AdmissionRequest request) throws UndecidableException {
        Operation operation = Operations.of(request);
        String name = request.objectName();
        NamespaceState before = operation == Operation.CREATE ? null : state(request.oldObject(), name, "oldObject");
        NamespaceState after = operation == Operation.DELETE ? null : state(request.object(), name, "object");
        if (operation == Operation.DELETE && before == null && !name.isEmpty()) {
            // Its name decides; what it was labelled makes no difference to a deletion.
            before = new NamespaceState(name, Map.of(), false);
        }
        require(operation == Operation.CREATE || before != null, "request.oldObject", operation);
        require(operation == Operation.DELETE || after != null, "request.object", operation);
        require(operation == Operation.CREATE || !name.isEmpty(), "request.name", operation);
        return new NamespaceChange(operation, name, request.subresource(), request.user(), before, after);
    }

    /** What a namespace is called decides which rules hold for it; where there are two names, that cannot be told. */
    private static @Nullable NamespaceState state(@Nullable ObjectSnapshot object, String name, String field)
            throws UndecidableException {
        if (object == null) {
            return null;
        }
        if (!object.name().isEmpty() && !object.name().equals(name)) {
            throw new UndecidableException("request.name is " + Quoted.of(name) + " and request." + field
                    + ".metadata.name " + Quoted.of(object.name()) + " (expected: one namespace)");
        }
        return new NamespaceState(name, object.labels(), object.terminating());
    }

    private static void require(boolean there, String path, Operation operation) throws UndecidableException {
        if (!there) {
            throw new UndecidableException(path + " is missing (expected with " + operation + " of a namespace)");
        }
    }
}
