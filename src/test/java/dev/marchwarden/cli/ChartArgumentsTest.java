package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
                        pod.at("/spec/containers")
                                .forEach(container -> commands.add(container
                                        .path("args")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .toList()));
                    }
                }
            }
        }
        return commands;
    }

    @Test
    void areTheProgramsOwn() throws Exception {
        assertThat(commands())
                .anyMatch(arguments -> arguments.getFirst().equals("selftest"))
                .hasSizeGreaterThan(5)
                .allSatisfy(arguments -> {
                    Set<String> known = new CommandLine(
                                    arguments.getFirst().equals("serve") ? new ServeCommand() : new SelftestCommand())
                            .getCommandSpec()
                            .optionsMap()
                            .keySet();
                    assertThat(arguments.stream().skip(1).map(argument -> argument.replaceAll("=.*", "")))
                            .doesNotHaveDuplicates()
                            .allSatisfy(option -> assertThat(known).contains(option));
                });
    }
}
