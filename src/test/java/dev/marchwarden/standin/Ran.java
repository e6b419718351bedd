package dev.marchwarden.standin;

/**
 * What came of a program in a pod.
 *
 * @param message why it was not started
 */
public record Ran(int exitCode, String output, String errors, Ending ending, String message) {
    /** How the connection goes on after the output. */
    public enum Ending {
        EXIT,
        NOT_STARTED,
        /** It breaks. */
        BREAK,
        /** Nothing comes any more. */
        NEVER
    }

    public static Ran exit(int code, String output, String errors) {
        return new Ran(code, output, errors, Ending.EXIT, "");
    }

    /** As containerd and runc say that there is no such program. */
    public static Ran missing(String program) {
        return new Ran(
                0,
                "",
                "",
                Ending.NOT_STARTED,
                "Internal error occurred: error executing command in container: failed to exec in container: failed to start exec"
                        + " \"fc7ef1a745ff\": OCI runtime exec failed: exec failed: unable to start container process: exec: \""
                        + program + "\": executable file not found in $PATH");
    }

    public static Ran notStarted(String message) {
        return new Ran(0, "", "", Ending.NOT_STARTED, message);
    }

    public static Ran breaks(String output) {
        return new Ran(0, output, "", Ending.BREAK, "");
    }

    public static Ran never(String output) {
        return new Ran(0, output, "", Ending.NEVER, "");
    }
}
