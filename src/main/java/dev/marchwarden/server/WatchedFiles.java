package dev.marchwarden.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files, and in directories the files below them, whose content is compared with what it was when it was last looked at. Content rather than
 * times: a ConfigMap or Secret is replaced by renaming directories, and file events do not work on all volumes.
 */
public final class WatchedFiles {
    private static final int BUFFER = 16 << 10;
    private static final byte[] NOTHING = {};

    private final List<Path> paths;
    private byte[] seen;

    /** Notes what is in them now. To be called before they are read for the first time, so that no later change is missed. */
    public WatchedFiles(List<Path> paths) {
        this.paths = List.copyOf(paths);
        this.seen = digest();
    }

    /** Whether they hold something else than at the last look, which this one is from now on. */
    boolean haveChanged() {
        byte[] now = digest();
        boolean changed = !Arrays.equals(now, seen);
        seen = now;
        return changed;
    }

    /** Counts them as changed at the next look. */
    public void forget() {
        seen = NOTHING;
    }

    /**
     * Of all of them, one behind the other; a file that cannot be read counts as empty, and reading it will say why. A cluster's namespaces
     * are megabytes, which are not held just to be compared.
     */
    private byte[] digest() {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        for (Path path : paths) {
            try (Stream<Path> within = Files.walk(path)) {
                for (Path file : within.filter(Files::isRegularFile).sorted().toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                            digest.update(buffer, 0, read);
                        }
                    }
                    digest.update((byte) '\n');
                }
            } catch (IOException | UncheckedIOException e) {
                digest.update((byte) 0);
            }
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JRE has SHA-256", e);
        }
    }
}
