package dev.marchwarden.rollout;

import java.io.IOException;
import java.util.List;

/** The end of work that is not all done; its message is the reason. */
public final class StoppedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient List<String> done;
    private final String failed;
    private final transient List<String> left;

    StoppedException(List<String> done, String failed, List<String> left, IOException cause) {
        super(cause.getMessage(), cause);
        this.done = List.copyOf(done);
        this.failed = failed;
        this.left = List.copyOf(left);
    }

    /** Steps that are done, by name. */
    public List<String> done() {
        return done;
    }

    /** The step at which it stopped; it may be half done. */
    public String failed() {
        return failed;
    }

    /** Steps that were not begun. */
    public List<String> left() {
        return left;
    }
}
