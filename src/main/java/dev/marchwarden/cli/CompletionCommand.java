package dev.marchwarden.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: what has a shell complete command lines. */
@Command(
        name = "completion",
        description = "Prints a script that makes a shell complete the command line.",
        exitCodeList = {"0:printed", "2:no such shell"},
        footer = {
            "",
            "Examples:",
            "  source <(marchwarden completion bash)",
            "  source <(marchwarden completion zsh)",
            "  marchwarden completion fish | source",
            "  marchwarden completion powershell | Out-String | Invoke-Expression"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String NAME = "marchwarden";

    /** The shells. */
    enum Shell {
        bash,
        zsh,
        fish,
        powershell
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine root = Marchwarden.line(nowhere, nowhere);
        spec.commandLine()
                .getOut()
                .print(
                        switch (shell) {
                            case bash, zsh -> AutoComplete.bash(NAME, root);
                            case fish -> ShellCompletion.fish(NAME, root);
                            case powershell -> ShellCompletion.powershell(NAME, root);
                        });
        return ExitCode.OK;
    }
}
