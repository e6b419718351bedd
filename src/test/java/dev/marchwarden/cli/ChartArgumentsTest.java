package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The arguments that the chart gives to the program are ones that it has. */
class ChartArgumentsTest {
    private static final Path GOLDEN = Path.of("test-fixtures/chart/golden");

    private static List<List<String>> commands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : files.sorted().toList()) {
                try (MappingIterator<JsonNode> documents =
                        new YAMLMapper().readerFor(JsonNode.class).readValues(Files.readString(file))) {
                    for (JsonNode object : documents.readAll()) {
                        JsonNode pod =
                                object.path("kind").asText().equals("Pod") ? object : object.at("/spec/template");
                        for (String containers : List.of("/spec/initContainers", "/spec/containers")) {
                            for (JsonNode container : pod.at(containers)) {
                                // One with a command of its own runs another program.
                                if (!container.has("command")) {
                                    commands.add(container
                                            .path("args")
                                            .valueStream()
                                            .map(JsonNode::asText)
                                            .toList());
                                }
                            }
                        }
                    }
                }
            }
        }
        return commands;
    }

    private static CommandLine line() {
        return Marchwarden.line(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    }

    @Test
    void areTheProgramsOwn() throws Exception {
        assertThat(commands())
                .anyMatch(arguments -> arguments.getFirst().equals("selftest"))
                .anyMatch(arguments -> arguments.getFirst().equals("bootstrap"))
                .hasSizeGreaterThan(5)
                .allSatisfy(arguments -> {
                    CommandLine line = line();
                    assertThatCode(() -> line.parseArgs(arguments.toArray(String[]::new)))
                            .as(arguments.toString())
                            .doesNotThrowAnyException();
                });
    }

    @Test
    void anotherIsNot() {
        assertThatThrownBy(() -> line().parseArgs("bootstrap", "apply", "--config=a", "--chart=b"))
                .hasMessageContaining("--chart=b");
    }
}
