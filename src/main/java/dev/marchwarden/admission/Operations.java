package dev.marchwarden.admission;

import dev.marchwarden.policy.Operation;
import dev.marchwarden.text.Quoted;

/** Reads the operation of a request. */
final class Operations {
    private Operations() {}

    static Operation of(AdmissionRequest request) throws UndecidableException {
        return switch (request.operation()) {
            case "CREATE" -> Operation.CREATE;
            case "UPDATE" -> Operation.UPDATE;
            case "DELETE" -> Operation.DELETE;
            default ->
                throw new UndecidableException("request.operation is " + Quoted.of(request.operation())
                        + " (expected: CREATE, UPDATE or DELETE)");
        };
    }
}
