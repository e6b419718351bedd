package dev.marchwarden.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The last stage of the Dockerfile: the image. */
record Dockerfile(List<String> instructions) {
    static Dockerfile read() throws IOException {
        List<String> stage = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("Dockerfile"), UTF_8)) {
            if (line.startsWith("FROM ")) {
                stage.clear();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                stage.add(line);
            }
        }
        return new Dockerfile(List.copyOf(stage));
    }

    /** What stands behind the only instruction of that name. */
    String only(String instruction) {
        List<String> found = all(instruction);
        if (found.size() != 1) {
            throw new AssertionError(instruction + ": " + found + " (expected: one)");
        }
        return found.getFirst();
    }

    List<String> all(String instruction) {
        return instructions.stream()
                .filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length() + 1))
                .toList();
    }

    List<String> entryPoint() throws IOException {
        return new ObjectMapper().readValue(only("ENTRYPOINT"), new TypeReference<>() {});
    }

    /** The places in the build stage that are copied. */
    List<String> copied() {
        return all("COPY").stream()
                .map(line -> line.replace("--from=build ", "").split(" "))
                .flatMap(words -> Arrays.stream(words, 0, words.length - 1))
                .toList();
    }
}
