package dev.marchwarden.finding;

/** How serious a finding is, the least serious first. */
public enum Severity {
    /** As it should be. */
    OK,
    /** Not wrong, but an operator should know. It does not change the exit code. */
    WARNING,
    /** Wrong or unknown: what cannot be determined is never taken for right. */
    ERROR;

    /** As output and documentation spell it. */
    public String word() {
        return switch (this) {
            case OK -> "ok";
            case WARNING -> "warning";
            case ERROR -> "error";
        };
    }
}
