package dev.marchwarden.cluster;

import java.io.IOException;

/** An answer of the API server that is longer than what is read of one. Asking again brings the same; asking for less may not. */
final class AnswerTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerTooLongException(int bytes) {
        super("the answer is longer than " + bytes + " bytes");
    }
}
