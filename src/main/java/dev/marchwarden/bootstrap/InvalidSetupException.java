package dev.marchwarden.bootstrap;

import java.util.List;

/** Control planes that cannot be set up with these options, or would not be separate. A problem is a line: place, value, what was expected. */
public final class InvalidSetupException extends Exception {
    private static final long serialVersionUID = 1;

    private final List<String> problems;

    InvalidSetupException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** All of them, at least one. */
    public List<String> problems() {
        return problems;
    }
}
