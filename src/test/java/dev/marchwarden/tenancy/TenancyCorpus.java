package dev.marchwarden.tenancy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tenancy files of {@code test-fixtures/tenancy}. */
final class TenancyCorpus {
    private static final Path ROOT = Path.of("test-fixtures/tenancy");

    private TenancyCorpus() {}

    static List<Path> good() throws IOException {
        return files("good");
    }

    static List<Path> bad() throws IOException {
        return files("bad");
    }

    static Path good(String name) {
        return ROOT.resolve("good").resolve(name + ".yaml");
    }

    static String nameOf(Path file) {
        return file.getFileName().toString().replace(".yaml", "");
    }

    static Tenancy parse(Path file) throws IOException, InvalidTenancyException {
        return TenancyFile.parse(file.getFileName().toString(), Files.readAllBytes(file));
    }

    private static List<Path> files(String directory) throws IOException {
        try (var files = Files.list(ROOT.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
