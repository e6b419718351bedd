package dev.marchwarden.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory of test-fixtures/bootstrap. */
record BootstrapCase(Path directory) {
    private static final Path ALL = Path.of("test-fixtures/bootstrap");

    static BootstrapCase of(String name) {
        return new BootstrapCase(ALL.resolve(name));
    }

    /** Those that come out well. */
    static List<BootstrapCase> good() throws IOException {
        return in(ALL);
    }

    static List<BootstrapCase> refused() throws IOException {
        return in(ALL.resolve("refused"));
    }

    private static List<BootstrapCase> in(Path parent) throws IOException {
        try (Stream<Path> directories = Files.list(parent)) {
            return directories
                    .filter(directory -> Files.exists(directory.resolve("arguments")))
                    .sorted()
                    .map(BootstrapCase::new)
                    .toList();
        }
    }

    Path tenancy() {
        Path own = directory.resolve("tenancy.yaml");
        return Files.exists(own) ? own : ALL.resolve("guide/tenancy.yaml");
    }

    /** Runs {@code bootstrap} on it. */
    Invocation run(String command, Object... more) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of("bootstrap", command, "--config", tenancy()));
        Files.readAllLines(directory.resolve("arguments"))
                .forEach(argument -> arguments.add(argument.replace("{case}", directory.toString())));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray());
    }

    @Override
    public String toString() {
        return directory.getFileName().toString();
    }
}
