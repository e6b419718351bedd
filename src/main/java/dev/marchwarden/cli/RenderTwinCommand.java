package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Quoted;
import dev.marchwarden.twin.CelTwin;
import dev.marchwarden.twin.StaticGuard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
            "webhook decides. With --static, writes the policy for the disk of API servers (Kubernetes 1.37) that",
            "guards the webhook configurations of Marchwarden and Istio, and the twin."
        },
        exitCodeList = {"0:rendered", "2:the tenancy file is not valid, or cannot be read"},
        footer = {
            "",
            "Examples:",
            "  marchwarden render-twin --config tenancy.yaml | kubectl apply -f -",
            "  marchwarden render-twin --config tenancy.yaml --static --permit-group platform-admins > guard.yaml"
        })
final class RenderTwinCommand implements Callable<Integer> {
    /** How it is written. */
    enum Format {
        yaml
    }

    private static final Pattern NAME = Pattern.compile("[ -~]{1,256}");

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

    @Option(
            names = "--static",
            description = "Write the guard for the disk of API servers, and nothing else (Kubernetes 1.37).")
    private boolean onDisk;

    @Option(
            names = "--permit-user",
            paramLabel = "USER",
            description = "With --static: who may change what it guards, for example Helm's user. Repeatable.")
    private Set<String> users = Set.of();

    @Option(
            names = "--permit-group",
            paramLabel = "GROUP",
            description = "With --static: a group that may change what it guards. May be given several times.")
    private Set<String> groups = Set.of();

    @Option(
            names = "--service-account",
            paramLabel = "NAMESPACE/NAME",
            converter = TlsOptions.NameConverter.class,
            defaultValue = "marchwarden-system/marchwarden",
            description =
                    "With --static: the service account of Marchwarden's pods, which keep the twin and their webhooks (default: ${DEFAULT-VALUE}).")
    private NamespacedName account = new NamespacedName("marchwarden-system", "marchwarden");

    @Override
    public Integer call() {
        Tenancy tenancy = InputFiles.tenancy(config);
        List<JsonNode> objects = onDisk ? guard(tenancy) : twin(new CelTwin(tenancy));
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

    private List<JsonNode> twin(CelTwin twin) {
        if (!users.isEmpty() || !groups.isEmpty()) {
            throw new Failure("--permit-user and --permit-group are for the guard (expected: --static with them)");
        }
        List<JsonNode> objects = new ArrayList<>(twin.objects());
        if (completePairs) {
            objects.addAll(twin.completion());
        }
        return objects;
    }

    private List<JsonNode> guard(Tenancy tenancy) {
        if (completePairs) {
            throw new Failure(
                    "--complete-pairs is given with --static (expected: one of them; the guard is a file of its own)");
        }
        if (users.isEmpty() && groups.isEmpty()) {
            throw new Failure(
                    "--static names nobody (expected: --permit-user or --permit-group with those who install Marchwarden and"
                            + " Istio, because nobody else may change their webhooks)");
        }
        Stream.concat(users.stream(), groups.stream())
                .filter(name -> !NAME.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw new Failure(Quoted.of(name)
                            + " is no name of a user or group (expected: 1 to 256 printable characters of ASCII)");
                });
        return new StaticGuard(tenancy, new Subjects(users, groups), account.namespace(), account.name()).objects();
    }
}
