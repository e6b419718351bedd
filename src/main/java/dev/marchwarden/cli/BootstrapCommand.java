package dev.marchwarden.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bootstrap}: the control planes. */
@Command(
        name = "bootstrap",
        description = {
            "Sets up the control planes of a tenancy, and what keeps them apart.",
            "docs/bootstrap.md explains each step."
        },
        subcommands = {
            PlanCommand.class,
            RenderCommand.class,
            ApplyCommand.class,
            StatusCommand.class,
            AssignCommand.class,
            RemoveCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class BootstrapCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.ERROR;
    }
}
