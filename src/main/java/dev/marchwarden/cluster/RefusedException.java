package dev.marchwarden.cluster;

import java.io.IOException;

/** The API server has refused a request about one object. */
public final class RefusedException extends IOException {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;

    private final int status;
    private final boolean late;

    RefusedException(ObjectName name, String verb, int status, String message) {
        super("cannot " + verb + " " + name + ", HTTP " + status + (message.isEmpty() ? "" : ": " + message));
        this.status = status;
        this.late = status == CONFLICT;
    }

    private RefusedException(RefusedException refusal) {
        super(refusal.getMessage(), refusal);
        this.status = refusal.status;
        this.late = true;
    }

    /** The same, where the object turned out to be another than the one that was to be changed. */
    RefusedException late() {
        return new RefusedException(this);
    }

    /** It would not take the change: because a test of the patch failed, or because the object would not be valid. */
    boolean isUnprocessable() {
        return status == UNPROCESSABLE;
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
        return late;
    }
}
