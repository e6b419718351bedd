package dev.marchwarden.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A simple name says which class is meant. */
class ClassNamesTest {
    @Test
    void noTwoClassesHaveTheSameSimpleName() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
                    .toList();
            Set<String> seen = new HashSet<>();
            assertThat(names).hasSizeGreaterThan(400);
            assertThat(names.stream().filter(name -> !seen.add(name))).isEmpty();
        }
    }
}
