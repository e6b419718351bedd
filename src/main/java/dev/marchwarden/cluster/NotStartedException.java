package dev.marchwarden.cluster;

import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.util.regex.Pattern;

/** A program did not start in a container. */
public final class NotStartedException extends IOException {
    private static final long serialVersionUID = 1;

    /** As runc and crun put it. */
    private static final Pattern NO_SUCH_PROGRAM =
            Pattern.compile("executable file .*not found|no such file or directory", Pattern.CASE_INSENSITIVE);

    private final boolean noSuchProgram;

    NotStartedException(String where, String reason) {
        super("nothing can be started in " + where + ": " + Quoted.line(reason, PodConnections.SHOWN));
        this.noSuchProgram = NO_SUCH_PROGRAM.matcher(reason).find();
    }

    /** The container runs, but what was to be started is not in it. */
    public boolean isNoSuchProgram() {
        return noSuchProgram;
    }
}
