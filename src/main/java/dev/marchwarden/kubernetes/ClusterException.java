package dev.marchwarden.kubernetes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The API server refused a request or gave no answer. The message is one line: where, what was asked, the cause, the way out. */
public final class ClusterException extends IOException {
    private static final long serialVersionUID = 1;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final int status;

    /** @param status of HTTP; 0 where there was no answer */
    ClusterException(String message, int status, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** There is no connection to the API server, or it breaks; the message names the server and the cause. */
    public static ClusterException unanswered(String server, Throwable thrown) {
        return new ClusterException(
                server.replaceFirst("/+$", "") + ": "
                        + ConnectionProblem.of(thrown).cause(),
                0,
                thrown);
    }

    /** The status of the HTTP answer; 0 where there was none. */
    public int status() {
        return status;
    }

    public boolean isUnauthorized() {
        return status == UNAUTHORIZED;
    }

    public boolean isForbidden() {
        return status == FORBIDDEN;
    }

    /** There is no such object, or the API server does not serve its kind. */
    public boolean isMissing() {
        return status == NOT_FOUND;
    }

    /** The object has changed since it was read. */
    public boolean isConflict() {
        return status == CONFLICT;
    }

    /** The API server has too much to do, or does not serve a kind yet whose definition is new. */
    public boolean isBusy() {
        return status == TOO_MANY_REQUESTS;
    }

    /** The same request may succeed later. */
    public boolean isTemporary() {
        return isBusy() || status >= SERVER_ERROR;
    }

    /** No answer at all, as from a server that is down. */
    public boolean isUnanswered() {
        return status == 0;
    }
}
