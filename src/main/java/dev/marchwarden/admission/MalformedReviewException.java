package dev.marchwarden.admission;

/** Bytes that are no AdmissionReview with a uid to answer to: HTTP 400. */
public final class MalformedReviewException extends Exception {
    MalformedReviewException(String message) {
        super(message);
    }
}
