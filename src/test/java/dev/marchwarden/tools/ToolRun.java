package dev.marchwarden.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a program said, and how it ended. */
public record ToolRun(int exit, String out, String err) {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    public boolean succeeded() {
        return exit == 0;
    }

    /** Both, for messages of tests. */
    public String text() {
        return "exit " + exit + "\n" + out + err;
    }

    /** Runs a tool in a directory, its home and its temporary files in it too, with a kubeconfig and nothing else of this machine's environment. */
    public static ToolRun of(KubernetesTool tool, Path directory, Path kubeconfig, List<String> arguments)
            throws IOException, InterruptedException {
        return of(tool, directory, kubeconfig, arguments, "");
    }

    /** The same, with something to read. */
    public static ToolRun of(KubernetesTool tool, Path directory, Path kubeconfig, List<String> arguments, String input)
            throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("HOME", directory.toString(), "KUBECONFIG", kubeconfig.toString());
        return of(tool.path(), directory, environment, arguments, input);
    }

    /** Runs any program in a directory, with this environment and a directory for temporary files. */
    public static ToolRun of(
            Path program, Path directory, Map<String, String> environment, List<String> arguments, String input)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Path work = Files.createTempDirectory(directory, "run");
        Path in = Files.writeString(work.resolve("in"), input);
        Path out = work.resolve("out");
        Path err = work.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("TMPDIR", work.toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(command + " is not done after " + TIMEOUT.toSeconds() + " s: "
                        + Files.readString(out) + Files.readString(err));
            }
            return new ToolRun(process.exitValue(), read(out), read(err));
        } finally {
            process.destroyForcibly();
            delete(work);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> within = Files.walk(directory)) {
            for (Path each : within.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
