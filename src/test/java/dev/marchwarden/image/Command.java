package dev.marchwarden.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that is expected to succeed within five minutes. */
public final class Command {
    private Command() {}

    /** What it wrote to both streams; fails if the command does, with what it said. */
    public static String run(Map<String, String> environment, String... command) throws Exception {
        Path output = Files.createTempFile("output", null);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                throw new AssertionError(Arrays.toString(command) + " does not end");
            }
            String said = Files.readString(output, UTF_8);
            assertThat(process.exitValue())
                    .as("%s: %s", Arrays.toString(command), said)
                    .isZero();
            return said;
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
