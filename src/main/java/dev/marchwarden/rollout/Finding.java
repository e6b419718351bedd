package dev.marchwarden.rollout;

/**
 * Something in a cluster that is in the way of the control planes, or beside it.
 *
 * @param subject what it is about
 * @param problem what is wrong with it
 * @param mend what to do
 */
public record Finding(Severity severity, String subject, String problem, String mend) {
    /** Kinds of findings. */
    public enum Severity {
        /** Nothing is done before it is mended. */
        ERROR,
        WARNING
    }

    static Finding error(String subject, String problem, String mend) {
        return new Finding(Severity.ERROR, subject, problem, mend);
    }

    static Finding warning(String subject, String problem, String mend) {
        return new Finding(Severity.WARNING, subject, problem, mend);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString() {
        return (isError() ? "error: " : "warning: ") + subject + ": " + problem + " (" + mend + ")";
    }
}
