package dev.marchwarden.admission;

/** A review that can be answered but not decided: denied with code 500, never allowed. */
final class UndecidableException extends Exception {
    UndecidableException(String message) {
        super(message);
    }
}
