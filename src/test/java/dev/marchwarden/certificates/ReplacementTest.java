package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
    @TempDir
    Path directory;

    @Test
    void replaces() throws IOException {
        Files.writeString(directory.resolve("a"), "old a");
        commit(true);
        assertThat(contents()).containsOnlyKeys("a", "b", "c").containsEntry("a", "new a");
    }

    @Test
    void putsEverythingBackWhereALaterFileCannotBePlaced() throws IOException {
        Files.writeString(directory.resolve("a"), "old a");
        Files.createDirectories(directory.resolve("c/inside"));
        assertThatThrownBy(() -> commit(true))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(directory.resolve("c") + ": is a directory (expected: a file or nothing)")
                .hasNoSuppressedExceptions();
        assertThat(contents()).containsOnlyKeys("a", "c").containsEntry("a", "old a");
        assertThat(directory.resolve("c/inside")).exists();
    }

    @Test
    void replacesNothingUnasked() throws IOException {
        Files.writeString(directory.resolve("c"), "old c");
        assertThatThrownBy(() -> commit(false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(contents()).containsOnlyKeys("c").containsEntry("c", "old c");
    }

    @Test
    void leavesNothingWithoutCommit() throws IOException {
        try (Replacement replacement = Replacement.in(directory)) {
            replacement.add("a", "new a".getBytes(US_ASCII), "rw-------");
        }
        assertThat(contents()).isEmpty();
    }

    private void commit(boolean overOld) throws IOException {
        try (Replacement replacement = Replacement.in(directory)) {
            for (String name : new String[] {"a", "b", "c"}) {
                replacement.add(name, ("new " + name).getBytes(US_ASCII), "rw-------");
            }
            replacement.commit(overOld);
        }
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(String.valueOf(file.getFileName()), Files.isDirectory(file) ? "" : Files.readString(file));
            }
        }
        return contents;
    }
}
