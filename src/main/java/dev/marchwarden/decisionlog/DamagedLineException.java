package dev.marchwarden.decisionlog;

/** A line that was a decision line once: cut off, or altered. */
final class DamagedLineException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedLineException(String message) {
        super(message);
    }
}
