package dev.marchwarden.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion scripts for the shells that picocli has none for. */
final class ShellCompletion {
    private ShellCompletion() {}

    /** For fish 3 or newer. */
    static String fish(String name, CommandLine root) {
        List<String> lines = new ArrayList<>();
        lines.add("# fish completion for " + name);
        lines.add("complete -c " + name + " -f");
        fish(name, root, "__fish_use_subcommand", "", lines);
        return String.join("\n", lines) + "\n";
    }

    private static void fish(String name, CommandLine command, String condition, String path, List<String> lines) {
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            lines.add("complete -c %s -n '%s' -a %s -d '%s'"
                    .formatted(name, condition, sub.getKey(), fishText(summary(sub.getValue()))));
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                lines.add("complete -c " + name + " -n '" + condition + "'" + fishOption(option));
            }
        }
        for (ArgSpec parameter : command.getCommandSpec().positionalParameters()) {
            String values = candidates(parameter);
            lines.add("complete -c " + name + " -n '" + condition + "'"
                    + (values.isEmpty() ? " -F" : " -a '" + values + "'"));
        }
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            String below = path + "__fish_seen_subcommand_from " + sub.getKey();
            String rest = sub.getValue().getSubcommands().isEmpty()
                    ? ""
                    : "; and not __fish_seen_subcommand_from "
                            + String.join(" ", sub.getValue().getSubcommands().keySet());
            fish(name, sub.getValue(), below + rest, below + "; and ", lines);
        }
    }

    private static String fishOption(OptionSpec option) {
        StringBuilder line = new StringBuilder();
        for (String spelling : option.names()) {
            line.append(spelling.startsWith("--") ? " -l " + spelling.substring(2) : " -s " + spelling.substring(1));
        }
        if (option.arity().max() > 0) {
            String values = candidates(option);
            line.append(values.isEmpty() ? " -r -F" : " -x -a '" + values + "'");
        }
        return line + " -d '" + fishText(String.join(" ", option.description())) + "'";
    }

    private static String fishText(String text) {
        return text.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replaceAll("\\$\\{[A-Z-]+}", "")
                .strip();
    }

    private static String candidates(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return candidates == null
                ? ""
                : StreamSupport.stream(candidates.spliterator(), false).collect(Collectors.joining(" "));
    }

    private static String summary(CommandLine command) {
        return HelpLayout.summary(command.getHelp());
    }

    /** For Windows PowerShell 5.1 or newer, and PowerShell 7. */
    static String powershell(String name, CommandLine root) {
        Map<String, List<String>> words = new TreeMap<>();
        collect(name, root, words);
        String table = words.entrySet().stream()
                .map(entry -> "    '" + entry.getKey() + "' = @("
                        + entry.getValue().stream()
                                .map(word -> "'" + word + "'")
                                .collect(Collectors.joining(", "))
                        + ")")
                .collect(Collectors.joining("\n"));
        return """
                # PowerShell completion for %1$s
                Register-ArgumentCompleter -Native -CommandName '%1$s' -ScriptBlock {
                  param($wordToComplete, $commandAst, $cursorPosition)
                  $words = @{
                %2$s
                  }
                  $command = '%1$s'
                  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
                    $longer = "$command $element"
                    if ($words.ContainsKey($longer)) { $command = $longer }
                  }
                  $words[$command] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                  }
                }
                """.formatted(name, table);
    }

    private static void collect(String path, CommandLine command, Map<String, List<String>> words) {
        List<String> here = new ArrayList<>(command.getSubcommands().keySet());
        command.getCommandSpec().positionalParameters().forEach(parameter -> {
            String values = candidates(parameter);
            if (!values.isEmpty()) {
                here.addAll(List.of(values.split(" ")));
            }
        });
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .forEach(here::add);
        words.put(path, here);
        command.getSubcommands().forEach((name, sub) -> collect(path + " " + name, sub, words));
    }
}
