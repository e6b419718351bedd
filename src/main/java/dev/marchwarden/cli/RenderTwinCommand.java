package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.twin.CelTwin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code render-twin}: the policies that the API server evaluates by itself. */
@Command(
        name = "render-twin",
        description = {
            "Writes ValidatingAdmissionPolicies and their bindings that enforce the tenancy in the API server.",
            "They need Kubernetes 1.30 and no pods. docs/cel-twin.md lists what they decide, and what only the",
            "webhook decides."
        },
        exitCodeList = {"0:rendered", "2:the tenancy file is not valid, or cannot be read"},
        footer = {"", "Example:", "  marchwarden render-twin --config tenancy.yaml | kubectl apply -f -"})
final class RenderTwinCommand implements Callable<Integer> {
    /** How it is written. */
    enum Format {
        yaml
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy file.")
    private Path config;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = "--complete-pairs",
            description =
                    "Also write a MutatingAdmissionPolicy that adds the missing half of a pair of labels (Kubernetes 1.36).")
    private boolean completePairs;

    @Override
    public Integer call() {
        CelTwin twin = new CelTwin(InputFiles.tenancy(config));
        List<JsonNode> objects = new ArrayList<>(twin.objects());
        if (completePairs) {
            objects.addAll(twin.completion());
        }
        int longest = CelTwin.longestExpression(objects);
        if (longest > CelTwin.MAX_EXPRESSION) {
            throw new Failure(
                    config + ": an expression of the twin would have " + longest
                            + " characters (expected: at most " + CelTwin.MAX_EXPRESSION
                            + ", which API servers accept; name fewer usergroups, revisions and tags, or use the webhook alone)");
        }
        new Page(spec.commandLine())
                .raw(
                        switch (format) {
                            case yaml -> CelTwin.yaml(objects);
                        });
        return ExitCode.OK;
    }
}
