package dev.marchwarden.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code bin/marchwarden}. */
@Command(
        name = "marchwarden",
        description = "Keeps the border between several Istio meshes in one Kubernetes cluster.",
        usageHelpAutoWidth = false,
        exitCodeList = {
            "0:success",
            "1:something was found: a violation, a difference, an error",
            "2:the command failed"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden demo",
            "  marchwarden explain",
            "  marchwarden check --config tenancy.yaml manifests/",
            "",
            "Run `marchwarden COMMAND --help` for more about a command."
        })
public final class Marchwarden {
    /** Columns that no output of ours goes beyond. */
    static final int WIDTH = Terminal.width(System.getenv("COLUMNS"));

    private static final Map<String, String[]> OTHER_NAMES =
            Map.of("generate-completion", new String[] {"completion", "bash"});

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show more: the stack trace of an error, and what was not looked at.")
    private boolean verbose;

    private Marchwarden() {}

    public static void main(String[] arguments) {
        StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /** Does what the arguments say and returns the exit code. */
    static int run(StandardOutput out, PrintWriter err, String... arguments) {
        PrintWriter written = new PrintWriter(out, true, StandardCharsets.UTF_8);
        int exitCode = execute(written, err, arguments);
        return written.checkError() && out.hasNoReader() ? ExitCode.NO_READER : ended(written, err, exitCode);
    }

    /** The same, with the output of this process. */
    static int run(String... arguments) {
        return run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** The same, with output to where the caller wants it. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return ended(out, err, execute(out, err, arguments));
    }

    private static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        String[] understood = understood(arguments);
        CommandLine line = new CommandLine(new Marchwarden());
        addCommands(line, understood);
        configure(line, out, err);
        try {
            return line.execute(understood);
        } catch (OutOfMemoryError e) {
            err.println("marchwarden: what was read does not fit into a heap of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB (expected: a larger heap, such as MARCHWARDEN_HEAP=4g, or less to read at once)");
            return ExitCode.ERROR;
        }
    }

    private static int ended(PrintWriter out, PrintWriter err, int exitCode) {
        if (out.checkError()) {
            err.println("marchwarden: the output could not be written (expected: a device with space)");
            return ExitCode.ERROR;
        }
        return exitCode;
    }

    /** What understands all commands. */
    static CommandLine line(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Marchwarden());
        Commands.addAll(line);
        configure(line, out, err);
        return line;
    }

    /** No arguments, and the command {@code help}, ask for help; so does `--help` of what they name. */
    private static String[] understood(String[] arguments) {
        if (arguments.length == 0) {
            return new String[] {"--help"};
        }
        if (arguments[0].equals("help")) {
            return Stream.concat(Arrays.stream(arguments).skip(1), Stream.of("--help"))
                    .toArray(String[]::new);
        }
        String[] other = OTHER_NAMES.get(arguments[0]);
        return other == null ? arguments : other;
    }

    /** The command that is named, or the list of them. */
    private static void addCommands(CommandLine line, String[] arguments) {
        Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .filter(Commands.names()::contains)
                .ifPresentOrElse(name -> Commands.add(name, line), () -> Commands.addDescriptions(line));
    }

    /** Applies to the commands that have been added. */
    private static void configure(CommandLine line, PrintWriter out, PrintWriter err) {
        HelpLayout.apply(line);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansi(System.getenv())))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("marchwarden: " + explanation(e));
                    if (isVerbose(command.getCommandSpec())) {
                        e.printStackTrace(command.getErr());
                    }
                    return ExitCode.ERROR;
                })
                .setParameterExceptionHandler((e, arguments) -> {
                    CommandLine command = e.getCommandLine();
                    command.getErr().println("marchwarden: " + WrongArguments.explanation(e, arguments));
                    command.getErr().println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
                    return ExitCode.ERROR;
                });
    }

    private static String explanation(Exception e) {
        if (e instanceof Failure || e instanceof ParameterException) {
            return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "unexpected failure: " + message + " (run again with -v for details)";
    }

    /** Whether {@code -v} was given, for a command that has more to tell then. */
    static boolean isVerbose(CommandSpec command) {
        return command.root().userObject() instanceof Marchwarden marchwarden && marchwarden.verbose;
    }
}
