package dev.marchwarden.cli;

/** A reason for ending with {@link ExitCode#ERROR}: one message for people, that names the place and what to do. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message);
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
