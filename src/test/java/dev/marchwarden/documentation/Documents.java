package dev.marchwarden.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The texts of this repository that users read. */
public final class Documents {
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");

    private Documents() {}

    /** Every page in Markdown. */
    public static List<Path> pages() {
        List<Path> pages = below(Path.of(""), ".md");
        if (pages.size() < 30) {
            throw new IllegalStateException("only " + pages.size() + " pages: the tests run in another directory");
        }
        return pages;
    }

    /** The files below a directory whose name ends like this, by path. */
    static List<Path> below(Path directory, String... endings) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !NOT_OURS.contains(file.getName(0).toString()))
                    .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
