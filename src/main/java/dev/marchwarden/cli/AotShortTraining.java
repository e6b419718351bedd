package dev.marchwarden.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code bin/aot-cache} runs while the JVM looks on, for the cache of short commands: those that it is used by, once each, in one process. A main class of
 * its own, for nobody else needs it.
 */
final class AotShortTraining {
    private AotShortTraining() {}

    /** {@code DIRECTORY}: an empty one. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(AotShortTraining.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()))) {
            copy(jar, directory);
        }
        String tenancy = directory.resolve("tenancy.yaml").toString();
        String namespaces = directory.resolve("namespaces.yaml").toString();
        run("explain");
        run("completion", "bash");
        run("check", "--help");
        run("check", "--config", tenancy, "--namespaces", namespaces, namespaces);
    }

    private static void copy(FileSystem jar, Path directory) throws IOException {
        for (String file : List.of("tenancy.yaml", "namespaces.yaml")) {
            Files.copy(jar.getPath(AotTraining.RECORDED, file), directory.resolve(file));
        }
    }

    private static void run(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (Marchwarden.run(nowhere, errors, arguments) == ExitCode.ERROR) {
            throw new Failure("the command failed (expected: as it says above)");
        }
    }
}
