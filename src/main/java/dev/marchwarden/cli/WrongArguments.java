package dev.marchwarden.cli;

import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one sentence. */
final class WrongArguments {
    private WrongArguments() {}

    /**
     * An unknown option first, whatever the parser stumbled over: a misspelt one is why a required one is missing.
     *
     * @param arguments the whole command line
     */
    static String explanation(ParameterException e, String[] arguments) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        Optional<String> unknown = Arrays.stream(arguments)
                .takeWhile(argument -> !argument.equals("--"))
                .filter(argument -> isUnknownOption(argument, command))
                .findFirst();
        if (unknown.isPresent()) {
            String option = unknown.get().split("=", 2)[0];
            return "unknown option " + Quoted.bare(option) + suggestion(option, longOptions(command), command);
        }
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            Collection<String> known = e.getCommandLine().getSubcommands().keySet();
            return known.isEmpty()
                    ? Quoted.of(word) + " is one argument too many for `" + command.qualifiedName() + "`"
                    : unknownCommand(word, known, command);
        }
        return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    }

    private static String unknownCommand(String word, Collection<String> known, CommandSpec command) {
        return Quoted.of(word) + " is not a command of `" + command.qualifiedName() + "`"
                + Nearest.to(word, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
    }

    private static String suggestion(String option, List<String> known, CommandSpec command) {
        return Nearest.to(option, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse(" of `" + command.qualifiedName() + "`");
    }

    private static List<String> longOptions(CommandSpec command) {
        return command.optionsMap().keySet().stream()
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static boolean isUnknownOption(String argument, CommandSpec command) {
        if (!argument.startsWith("-") || argument.length() == 1 || argument.matches("-[0-9].*")) {
            return false;
        }
        // A short option may have its value right behind it.
        String name = argument.startsWith("--") ? argument.split("=", 2)[0] : argument.substring(0, 2);
        return !command.optionsMap().containsKey(name);
    }
}
