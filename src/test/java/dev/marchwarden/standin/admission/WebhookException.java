package dev.marchwarden.standin.admission;

/** A webhook could not be asked, or what it said was no answer. */
final class WebhookException extends Exception {
    private static final long serialVersionUID = 1;

    WebhookException(String message) {
        super(message);
    }
}
