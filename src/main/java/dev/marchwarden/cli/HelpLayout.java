package dev.marchwarden.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The layout of help: whole sentences, and examples that can be copied. */
final class HelpLayout {
    private static final Pattern FIRST_SENTENCE = Pattern.compile("^.*?\\.(?=\\s|$)");
    private static final String CONTINUATION = " \\";

    private HelpLayout() {}

    /** Gives a command and all below it the same options and the same layout. */
    static void apply(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (!spec.mixinStandardHelpOptions()) {
            spec.mixinStandardHelpOptions(true);
        }
        spec.versionProvider(new Version());
        UsageMessageSpec usage = spec.usageMessage();
        usage.width(Marchwarden.WIDTH).synopsisSubcommandLabel("COMMAND");
        usage.exitCodeListHeading(usage.exitCodeList().isEmpty() ? "" : "%nExit codes:%n");
        Map<String, CommandLine.IHelpSectionRenderer> sections = usage.sectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, HelpLayout::description);
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpLayout::commands);
        sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, HelpLayout::footer);
        usage.sectionMap(sections);
        command.getSubcommands().values().forEach(HelpLayout::apply);
    }

    private static String description(Help help) {
        String[] text = help.commandSpec().usageMessage().description();
        return text.length == 0 ? "" : lines(Page.wrap(String.join(" ", text), Marchwarden.WIDTH));
    }

    private static String commands(Help help) {
        Map<String, Help> all = help.subcommands();
        int indent = 4 + all.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        all.forEach((name, command) -> {
            List<String> summary = Page.wrap(summary(command), Marchwarden.WIDTH - indent);
            String colored = help.colorScheme().commandText(name).toString();
            lines.add("  " + colored + " ".repeat(indent - 2 - name.length()) + summary.getFirst());
            summary.stream().skip(1).forEach(line -> lines.add(" ".repeat(indent) + line));
        });
        return lines(lines);
    }

    /** The first sentence of its description. */
    static String summary(Help command) {
        String text = String.join(" ", command.commandSpec().usageMessage().description());
        Matcher sentence = FIRST_SENTENCE.matcher(text);
        return sentence.find() ? sentence.group() : text;
    }

    private static String footer(Help help) {
        return lines(Arrays.stream(help.commandSpec().usageMessage().footer())
                .flatMap(line -> command(line).stream())
                .toList());
    }

    /** A command that is wider than the terminal goes on in further lines as a shell reads them. */
    private static List<String> command(String line) {
        boolean isCommand = line.startsWith("  ") && line.contains("marchwarden ");
        if (!isCommand || line.length() <= Marchwarden.WIDTH) {
            return line.startsWith(" ") || line.isEmpty() ? List.of(line) : Page.wrap(line, Marchwarden.WIDTH);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder("  ");
        for (String word : line.strip().split(" (?=-|\\|)")) {
            if (!current.toString().isBlank()
                    && current.length() + 1 + word.length() + CONTINUATION.length() > Marchwarden.WIDTH) {
                lines.add(current + CONTINUATION);
                current = new StringBuilder("     ");
            }
            current.append(current.toString().equals("  ") ? "" : " ").append(word);
        }
        lines.add(current.toString());
        return lines;
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
