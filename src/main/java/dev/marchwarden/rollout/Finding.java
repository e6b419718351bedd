package dev.marchwarden.rollout;

/**
 * Something in a cluster that is in the way of the control planes, or beside it.
 *
 * @param subject what it is about
 * @param problem what is wrong with it
 * @param fix what to do
 */
public record Finding(Severity severity, String subject, String problem, String fix) {
    /** Kinds of findings. */
    public enum Severity {
        /** Nothing is done before it is fixed. */
        ERROR,
        WARNING
    }

    static Finding error(String subject, String problem, String fix) {
        return new Finding(Severity.ERROR, subject, problem, fix);
    }

    static Finding warning(String subject, String problem, String fix) {
        return new Finding(Severity.WARNING, subject, problem, fix);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString() {
        return (isError() ? "error: " : "warning: ") + subject + ": " + problem + " (" + fix + ")";
    }
}
