package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.documentation.Documents;
import dev.marchwarden.documentation.Markdown;
import dev.marchwarden.documentation.ShellScript;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Every command line that a user can copy is one that the program takes: in pages, in the chart's notes, in help. */
class DocumentedCommandsTest {
    private static final Path NOTES = Path.of("charts/marchwarden/templates/NOTES.txt");
    /** A command as the value of a key or item, as in the configuration of CI servers. */
    private static final Pattern IN_YAML = Pattern.compile("(?m)^ *(?:- |entry: |run: )(.*\\bmarchwarden .*)$");

    private static final Pattern IN_A_SENTENCE = Pattern.compile("(?:.*[(|] *)?(?:[^\\s(]*/)?marchwarden ([^)]*)\\)?");

    private static CommandLine program() {
        return Marchwarden.line(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    }

    /** Why the program refuses it, or null. */
    private static @Nullable String problem(List<String> arguments) {
        try {
            program().parseArgs(arguments.toArray(String[]::new));
            return null;
        } catch (ParameterException e) {
            return "marchwarden " + String.join(" ", arguments) + ": " + e.getMessage();
        }
    }

    /** The same for a part of a command line: commands and options that are named exist. */
    private static @Nullable String problemOfPart(String part) {
        CommandLine command = program();
        for (String word : part.split("[\\s,]+")) {
            if (word.startsWith("-") && word.length() > 1) {
                String option = word.replaceFirst("=.*", "");
                if (command.getCommandSpec().findOption(option) == null) {
                    return "marchwarden " + part + ": no option " + option;
                }
            } else if (command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else if (command.getCommandSpec().userObject() instanceof Marchwarden && word.matches("[a-z][a-z-]*")) {
                return "marchwarden " + part + ": no command " + word;
            }
        }
        return null;
    }

    @Test
    void everyCommandInAPageIsTaken() {
        List<String> problems = new ArrayList<>();
        int calls = 0;
        for (Path page : Documents.pages()) {
            Markdown markdown = new Markdown(Documents.read(page));
            List<Markdown.Block> blocks = markdown.blocks();
            ShellScript script = new ShellScript(blocks.stream()
                    .filter(block -> block.language().equals("sh"))
                    .map(Markdown.Block::code)
                    .collect(Collectors.joining("\n")));
            for (Markdown.Block block : blocks) {
                for (List<String> arguments : script.calls(code(block))) {
                    calls++;
                    String problem = problem(arguments);
                    if (problem != null) {
                        problems.add(page + ": " + problem);
                    }
                }
            }
        }
        assertThat(calls).isGreaterThan(60);
        assertThat(problems).isEmpty();
    }

    private static String code(Markdown.Block block) {
        return switch (block.language()) {
            case "sh" -> block.code();
            case "yaml" ->
                IN_YAML.matcher(block.code())
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.joining("\n"));
            default -> "";
        };
    }

    @Test
    void everyCommandInASentenceExists() {
        List<String> problems = new ArrayList<>();
        for (Path page : Documents.pages()) {
            for (String code : new Markdown(Documents.read(page)).codeInSentences()) {
                var command = IN_A_SENTENCE.matcher(code);
                String problem = command.matches() ? problemOfPart(command.group(1)) : null;
                if (problem != null) {
                    problems.add(page + ": " + problem);
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void everyCommandInTheNotesOfTheChartIsTaken() {
        String notes = Documents.read(NOTES);
        assertThat(new ShellScript(notes).calls(notes))
                .isNotEmpty()
                .allSatisfy(arguments -> assertThat(problem(arguments)).isNull());
    }

    @Test
    void everyExampleInHelpIsTaken() {
        List<CommandLine> commands = commands(program()).toList();
        assertThat(commands).hasSizeGreaterThan(15);
        List<String> problems = new ArrayList<>();
        for (CommandLine command : commands) {
            String footer =
                    String.join("\n", command.getCommandSpec().usageMessage().footer());
            for (List<String> arguments : new ShellScript(footer).calls(footer)) {
                String problem = problem(arguments);
                if (problem != null) {
                    problems.add(command.getCommandName() + " --help: " + problem);
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    /** A list of commands shows the first sentence of each, however it is wrapped in the source. */
    @Test
    void listsOfCommandsHaveWholeSentencesAndOnlyTheRootHasTheExamplesOfTheRoot() {
        for (CommandLine command : commands(program()).toList()) {
            String help = command.getUsageMessage().replaceAll("\\s+", " ");
            command.getSubcommands().values().forEach(each -> {
                String description =
                        String.join(" ", each.getCommandSpec().usageMessage().description());
                assertThat(help).contains(description.split("(?<=[.]) ", 2)[0]);
            });
            assertThat(help.contains("for more about a command"))
                    .as(command.getCommandName())
                    .isEqualTo(command.getParent() == null);
        }
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(DocumentedCommandsTest::commands));
    }

    @Test
    void whatTheProgramDoesNotTakeIsFound() {
        assertThat(problem(List.of("check", "--config", "t.yaml", "--no-such-option")))
                .contains("--no-such-option");
        assertThat(problem(List.of("verify"))).contains("--config");
        assertThat(problemOfPart("chekc --config FILE")).contains("no command chekc");
        assertThat(problemOfPart("bootstrap apply --conifg FILE")).contains("no option --conifg");
        assertThat(problemOfPart("bootstrap apply")).isNull();
    }
}
