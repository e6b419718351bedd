package dev.marchwarden.certificates;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why nothing can be served with the files of a {@link TlsDirectory}; the message names the file, what is wrong and what was expected. */
public final class UnusableCertificateException extends Exception {
    UnusableCertificateException(Path file, String problem, String expected) {
        this(file, problem, expected, null);
    }

    UnusableCertificateException(Path file, String problem, String expected, @Nullable Throwable cause) {
        super(file + ": " + problem + " (expected: " + expected + ")", cause);
    }
}
