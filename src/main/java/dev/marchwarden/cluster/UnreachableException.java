package dev.marchwarden.cluster;

import dev.marchwarden.kubernetes.ConnectionProblem;
import java.io.IOException;

/** There is no connection to the API server. The message names the server and the cause. */
public final class UnreachableException extends IOException {
    private final String fix;

    UnreachableException(String server, Throwable thrown) {
        this(server, ConnectionProblem.of(thrown), thrown);
    }

    private UnreachableException(String server, ConnectionProblem problem, Throwable thrown) {
        super(server.replaceFirst("/+$", "") + ": " + problem.cause(), thrown);
        this.fix = problem.fix();
    }

    /** What a user of a kubeconfig can do. */
    public String fix() {
        return fix;
    }
}
