package dev.marchwarden.cli;

import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyWarnings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tenancy}: the tenancy file. */
@Command(
        name = "tenancy",
        description = "Validates tenancy files.",
        subcommands = TenancyCommand.Check.class,
        synopsisSubcommandLabel = "COMMAND")
final class TenancyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.ERROR;
    }

    /** Says that a file is valid, and what in it has no effect. */
    static void describe(Path file, Tenancy tenancy, PrintWriter out) {
        int count = tenancy.usergroups().size();
        out.println(file + " is valid: " + count + (count == 1 ? " usergroup" : " usergroups"));
        TenancyWarnings.of(tenancy, Instant.now()).forEach(warning -> out.println("warning: " + warning));
    }

    /** {@code tenancy check}. */
    @Command(
            name = "check",
            description = {
                "Validates a tenancy file.",
                "Every mistake is reported with its line. What has no effect is a warning: an exception that has",
                "ended, or enforcement for a usergroup that does not exist."
            },
            exitCodeList = {"0:the file is valid", "2:the file is not valid, or cannot be read"},
            footer = {"", "Example:", "  marchwarden tenancy check tenancy.yaml"})
    static final class Check implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "FILE", description = "The tenancy file.")
        private Path file;

        @Override
        public Integer call() {
            describe(file, InputFiles.tenancy(file), spec.commandLine().getOut());
            return ExitCode.OK;
        }
    }
}
