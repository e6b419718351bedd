package dev.marchwarden.cli;

import dev.marchwarden.text.Quoted;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code bin/marchwarden}. */
@Command(
        name = "marchwarden",
        description = "Keeps the border between several Istio meshes in one Kubernetes cluster.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        usageHelpAutoWidth = false,
        usageHelpWidth = Marchwarden.WIDTH,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is as it should be", "1:something was found", "2:the command could not do its work"},
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            SelftestCommand.class,
            ReviewCommand.class,
            CheckCommand.class,
            BootstrapCommand.class,
            VerifyCommand.class,
            CertsCommand.class,
            ExplainCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden demo                      see it at work, on this machine",
            "  marchwarden explain                   what it judges by",
            "  marchwarden check --config tenancy.yaml -f manifests/",
            ""
        })
public final class Marchwarden {
    /** Columns that no output of ours goes beyond. */
    static final int WIDTH = 100;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show a stack trace with an error.")
    private boolean verbose;

    private Marchwarden() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Does what the arguments say and returns the exit code. */
    static int run(String... arguments) {
        return run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** The same, with output to where the caller wants it. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return line(out, err).execute(arguments);
    }

    /** What understands the arguments. */
    static CommandLine line(PrintWriter out, PrintWriter err) {
        Marchwarden marchwarden = new Marchwarden();
        return new CommandLine(marchwarden)
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("marchwarden: " + explanation(e));
                    if (marchwarden.verbose) {
                        e.printStackTrace(command.getErr());
                    }
                    return ExitCode.ERROR;
                })
                .setParameterExceptionHandler((e, wrong) -> {
                    CommandLine command = e.getCommandLine();
                    command.getErr().println("marchwarden: " + explanation(e));
                    command.getErr().println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
                    return ExitCode.ERROR;
                });
    }

    private static String explanation(Exception e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = Quoted.of(unmatched.getUnmatched().getFirst());
            return word + " is no command or option of `"
                    + unmatched.getCommandLine().getCommandSpec().qualifiedName() + "`"
                    + unmatched.getSuggestions().stream()
                            .findFirst()
                            .map(meant -> " (did you mean " + meant + "?)")
                            .orElse("");
        }
        if (e instanceof Failure || e instanceof ParameterException) {
            return String.valueOf(e.getMessage());
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "unexpected failure: " + message + " (run again with -v for details)";
    }

    /** Colour on a terminal only, and not where NO_COLOR is set (no-color.org). */
    @SuppressWarnings("SystemConsoleNull") // it still is where the console's module is missing
    static Ansi ansi() {
        Console console = System.console();
        String noColor = System.getenv("NO_COLOR");
        boolean colour = console != null
                && console.isTerminal()
                && (noColor == null || noColor.isEmpty())
                && !"dumb".equals(System.getenv("TERM"));
        return colour ? Ansi.ON : Ansi.OFF;
    }
}
