package dev.marchwarden.certificates;

import org.jspecify.annotations.Nullable;

/** Why the content of a directory or a Secret cannot be served; the message names the place, what is wrong and what was expected. */
public final class UnusableCertificateException extends Exception {
    UnusableCertificateException(String where, String problem, String expected) {
        this(where, problem, expected, null);
    }

    UnusableCertificateException(String where, String problem, String expected, @Nullable Throwable cause) {
        super(where + ": " + problem + " (expected: " + expected + ")", cause);
    }
}
