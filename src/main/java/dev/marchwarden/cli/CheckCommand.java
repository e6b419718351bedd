package dev.marchwarden.cli;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.audit.CheckReport;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: manifests, before they meet a cluster. */
@Command(
        name = "check",
        description = {
            "Judges manifests offline, each as if it were being created.",
            "Without --as it judges as for an owner of the usergroups concerned who is no mesh admin."
        },
        exitCodeList = {
            "0:nothing that would be denied",
            "1:at least one violation that would be",
            "2:a file cannot be judged"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden check --config tenancy.yaml -f manifests/",
            "  helm template shop | marchwarden check --config tenancy.yaml --namespaces cluster.yaml -n shop -f -",
            "  kubectl kustomize . | marchwarden check --config tenancy.yaml --namespaces cluster.yaml -f - -o json"
        })
final class CheckCommand implements Callable<Integer> {
    /** No Kubernetes user is called so. */
    private static final String ANY_OWNER = "(an owner)";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "Namespaces of the cluster; one among the manifests replaces that of the same name.")
    private @Nullable List<Path> namespaces;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Where manifests go that name no namespace (default: ${DEFAULT-VALUE}).")
    private String namespace;

    @Option(
            names = "-f",
            required = true,
            paramLabel = "FILE|DIR",
            description =
                    "Manifests: YAML or JSON, directories of them, or - for standard input; may be given several times.")
    private List<Path> files;

    @Mixin
    private AuthorOptions as;

    @Option(
            names = "-o",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Override
    public Integer call() {
        Optional<User> named = as.author();
        Tenancy read = Inputs.tenancy(config);
        Tenancy tenancy = named.isPresent() ? read : read.ownedAlsoBy(ANY_OWNER);
        User author = named.orElse(new User(ANY_OWNER, List.of()));
        List<Manifest> manifests = Inputs.manifests(files);
        if (manifests.isEmpty()) {
            throw new Failure("no Kubernetes object in " + files + " (expected: at least one to check)");
        }
        List<Manifest> known = new ArrayList<>(namespaces == null ? List.of() : Inputs.manifests(namespaces));
        known.addAll(manifests);
        NamespaceSnapshot snapshot = NamespaceSnapshot.of(known, tenancy.usergroupLabel());
        Policy policy = new Policy(tenancy);
        Admission admission = new Admission(() -> policy, () -> snapshot, Rights.TENANCY_ONLY);
        ManifestCheck check = new ManifestCheck(admission, snapshot, author, namespace);
        CheckReport report = CheckReport.of(manifests.stream().map(check::check).toList());
        switch (format) {
            case json -> spec.commandLine().getOut().println(report.json());
            case table -> table(report);
        }
        return report.unjudged().isEmpty() ? (report.denies() ? ExitCode.FOUND : ExitCode.OK) : ExitCode.ERROR;
    }

    private void table(CheckReport report) {
        Page page = new Page(spec.commandLine());
        for (CheckReport.Violation violation : report.violations()) {
            String enforcement = violation.enforcement();
            String level = enforcement.equals("deny") ? page.bad(enforcement) : page.notable(enforcement);
            page.line(level + "  " + page.strong(violation.rule()) + "  " + Quoted.bare(violation.kind()) + " "
                    + Quoted.bare(violation.name()));
            page.indented(6, violation.file() + ":" + violation.line());
            page.indented(6, violation.message());
            page.indented(6, "Fix: " + violation.fix());
        }
        for (ManifestCheck.Result result : report.unjudged()) {
            page.line(page.bad("error") + "  " + Quoted.bare(result.manifest().kind()) + " "
                    + Quoted.bare(result.manifest().name()));
            page.indented(6, result.manifest().place());
            page.indented(6, result.problem());
        }
        page.text(report.summary().describe());
    }
}
