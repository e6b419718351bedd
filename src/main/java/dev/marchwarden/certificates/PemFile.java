package dev.marchwarden.certificates;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads a PEM file. Every failure is one sentence for the operator.
 *
 * @param place where its bytes are
 * @param name how messages call it
 */
record PemFile(Path place, Path name) {
    /** A serving chain has a few KB; a larger file is another file by mistake. */
    static final int MAX_BYTES = 1 << 20;

    private static final String EXPECTED = "PEM of certificates or of a private key";

    PemText read() throws UnusableCertificateException {
        return new PemText(content(), shown());
    }

    private String shown() {
        return name.toString();
    }

    private byte[] content() throws UnusableCertificateException {
        try {
            // A pipe would keep us waiting.
            if (!Files.readAttributes(place, BasicFileAttributes.class).isRegularFile()) {
                throw new UnusableCertificateException(shown(), "is no regular file", EXPECTED);
            }
            return bounded();
        } catch (NoSuchFileException e) {
            throw new UnusableCertificateException(shown(), "does not exist", EXPECTED, e);
        } catch (AccessDeniedException e) {
            throw new UnusableCertificateException(shown(), "may not be read", "read permission for this user", e);
        } catch (IOException e) {
            throw new UnusableCertificateException(shown(), "cannot be read", EXPECTED, e);
        }
    }

    private byte[] bounded() throws IOException, UnusableCertificateException {
        try (InputStream in = Files.newInputStream(place)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new UnusableCertificateException(shown(), "is larger than " + MAX_BYTES + " bytes", EXPECTED);
            }
            return content;
        }
    }
}
