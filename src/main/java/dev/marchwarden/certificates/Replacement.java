package dev.marchwarden.certificates;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Puts several files into one directory, all of them or none. They are written to a directory inside it first, so that the rest is renaming
 * within one file system; what was renamed is renamed back where a later step fails. A reader may still see some files old and some
 * new for a moment, and has to notice by itself.
 */
final class Replacement implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final Path staging;
    private final List<String> names = new ArrayList<>();
    private final Deque<Renaming> done = new ArrayDeque<>();
    private boolean committed;

    private record Renaming(Path from, Path to) {}

    private Replacement(Path directory, Path staging) {
        this.directory = directory;
        this.staging = staging;
    }

    static Replacement in(Path directory) throws IOException {
        return new Replacement(directory, Files.createTempDirectory(directory, ".issue-", PRIVATE_DIRECTORY));
    }

    /** @param mode for example {@code rw-------}; the file never has a wider one */
    void add(String name, byte[] content, String mode) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        Path file = staged(name);
        names.add(name);
        try (SeekableByteChannel out = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(permissions))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        }
        // The umask may have narrowed it.
        Files.setPosixFilePermissions(file, permissions);
    }

    /** @param overOld whether files that are there already make way */
    void commit(boolean overOld) throws IOException {
        try {
            for (String name : names) {
                Path target = directory.resolve(name);
                if (overOld && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                        throw new FileSystemException(
                                target.toString(), null, "is a directory (expected: a file or nothing)");
                    }
                    rename(target, old(name));
                }
                rename(staged(name), target);
            }
            committed = true;
        } catch (IOException | RuntimeException e) {
            undo(e);
            throw e;
        }
    }

    /** Leaves nothing but the files themselves; old ones that could not be put back stay where they are. */
    @Override
    public void close() throws IOException {
        for (String name : names) {
            Files.deleteIfExists(staged(name));
            if (committed) {
                Files.deleteIfExists(old(name));
            }
        }
        Files.delete(staging);
    }

    private Path staged(String name) {
        return staging.resolve(name + ".new");
    }

    private Path old(String name) {
        return staging.resolve(name + ".old");
    }

    /** Fails where the target exists. */
    private void rename(Path from, Path to) throws IOException {
        Files.move(from, to);
        done.push(new Renaming(from, to));
    }

    private void undo(Exception reason) {
        while (!done.isEmpty()) {
            Renaming renaming = done.pop();
            try {
                Files.move(renaming.to(), renaming.from());
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }
}
