package dev.marchwarden.cluster;

import java.io.IOException;

/** The API server's no to something that was asked about one object. */
public final class RefusedException extends IOException {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TEST_FAILED = 422;

    private final int status;

    RefusedException(ObjectName name, String verb, int status, String message) {
        super("cannot " + verb + " " + name + ", HTTP " + status + (message.isEmpty() ? "" : ": " + message));
        this.status = status;
    }

    int status() {
        return status;
    }

    /** Whoever asks may not. */
    public boolean isForbidden() {
        return status == FORBIDDEN;
    }

    /** There is no such object, or no such kind. */
    public boolean isMissing() {
        return status == NOT_FOUND;
    }

    /** Somebody else has changed the object meanwhile: look again. */
    public boolean isConflict() {
        return status == CONFLICT || status == TEST_FAILED;
    }
}
