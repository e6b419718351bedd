package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A shell in front of a cluster, and a record of what was typed and what came of it. */
final class Terminal {
    private static final Duration TIMEOUT = Duration.ofMinutes(6);
    private static final Duration TO_COME_TRUE = Duration.ofMinutes(3);

    private final List<String> within;
    private final Path directory;
    private final Map<String, String> environment;
    private final String functions;
    private final Path record;

    /**
     * @param within words before each command
     * @param functions of the shell
     * @param record is appended to
     */
    Terminal(List<String> within, Path directory, Map<String, String> environment, String functions, Path record) {
        this.within = List.copyOf(within);
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.functions = functions;
        this.record = record;
    }

    /** A heading in the record. */
    void heading(String text) throws IOException {
        append("\n## " + text + "\n\n");
    }

    /** Words in the record. */
    void say(String text) throws IOException {
        append(text + "\n\n");
    }

    /** Types a line, records it, and gives what it prints; fails where it ends otherwise. */
    String type(int exit, String line) throws IOException, InterruptedException {
        Said said = run(line);
        record(line, said);
        assertThat(said.exit()).as(line + "\n" + said.text()).isEqualTo(exit);
        return said.text();
    }

    /** The same, however it ends. */
    String typeAnyway(String line) throws IOException, InterruptedException {
        Said said = run(line);
        record(line, said);
        return said.text();
    }

    private void record(String line, Said said) throws IOException {
        append("```console\n$ " + line.strip() + "\n" + said.text().stripTrailing() + "\n"
                + (said.exit() == 0 ? "" : "# exit " + said.exit() + "\n") + "```\n\n");
    }

    /** The same, without a record. */
    String quietly(String line) throws IOException, InterruptedException {
        Said said = run(line);
        assertThat(said.exit()).as(line + "\n" + said.text()).isZero();
        return said.text();
    }

    /** Until what it prints matches. */
    void await(String line, String pattern) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(pattern, Pattern.DOTALL);
        long end = System.nanoTime() + TO_COME_TRUE.toNanos();
        Said said = run(line);
        while (!wanted.matcher(said.text()).matches()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        line + ": not " + pattern + " within " + TO_COME_TRUE.toSeconds() + " s: " + said.text());
            }
            Thread.sleep(500);
            said = run(line);
        }
    }

    /** What it prints, however it ends. */
    Said run(String line) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "said", ".txt");
        try {
            Process process = start(line, out);
            if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line + ": not done after " + TIMEOUT.toSeconds() + " s: " + read(out));
            }
            return new Said(process.exitValue(), read(out));
        } finally {
            Files.delete(out);
        }
    }

    /** Starts a line, its output in the file. */
    Process start(String line, Path out) throws IOException {
        List<String> command = new ArrayList<>(within);
        command.addAll(List.of("bash", "-c", functions + "\n" + line));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }

    private void append(String text) throws IOException {
        Files.writeString(
                record,
                text.replace(directory.toString() + "/", "").replace(directory.toString(), "."),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Output and errors, as they came, and how it ended. */
    record Said(int exit, String text) {}
}
