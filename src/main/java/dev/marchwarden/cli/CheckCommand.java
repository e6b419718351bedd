package dev.marchwarden.cli;

import dev.marchwarden.audit.CheckJson;
import dev.marchwarden.audit.CheckReport;
import dev.marchwarden.audit.GithubAnnotations;
import dev.marchwarden.audit.JunitReport;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.audit.SarifReport;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: manifests, before they meet a cluster. */
@Command(
        name = "check",
        description = {
            "Checks manifests, each as if it were being created.",
            "Files that are not Kubernetes objects are skipped and counted. Without --as, the author is an owner of",
            "every usergroup and no mesh admin. Without files, only the tenancy is validated."
        },
        exitCodeList = {
            "0:nothing would be denied",
            "1:something would be denied",
            "2:something could not be read or judged; what could be is reported too"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden check --config tenancy.yaml manifests/ more.yaml",
            "  marchwarden check --config tenancy.yaml --usergroup team-1 -o github manifests/",
            "  helm template shop | marchwarden check --config tenancy.yaml --namespaces cluster.yaml -n shop -",
            "  kubectl kustomize . | marchwarden check --config tenancy.yaml --kubeconfig ~/.kube/config -o sarif -"
        })
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckInput input;

    @Mixin
    private ClusterNamespaces cluster;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private CheckFormat format;

    @Override
    public Integer call() {
        Tenancy tenancy = input.tenancy();
        Optional<ManifestFiles> found = input.files();
        if (found.isEmpty()) {
            TenancyCommand.describe(input.config(), tenancy, spec.commandLine().getOut());
            return ExitCode.OK;
        }
        ManifestFiles files = found.get();
        if (files.manifests().isEmpty() && files.unreadable().isEmpty() && files.skipped() == 0) {
            String paths = input.paths().stream().map(Path::toString).collect(Collectors.joining(", "));
            throw new Failure("no Kubernetes object in " + paths + " (expected: at least one to check)");
        }
        Namespaces namespaces = input.namespaces(tenancy, input.known(cluster.read()), files.manifests());
        ManifestCheck check = input.check(tenancy, namespaces);
        CheckReport report = CheckReport.of(
                files, files.manifests().stream().map(check::check).toList());
        write(report, input.isForAnyOwner(), tenancy);
        return report.errors().isEmpty() ? (report.denies() ? ExitCode.FOUND : ExitCode.OK) : ExitCode.ERROR;
    }

    private void write(CheckReport report, boolean anyOwner, Tenancy tenancy) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case json -> out.println(CheckJson.of(report));
            case sarif -> out.println(SarifReport.of(report, Version.number(), RuleHeadlines::of));
            case junit -> out.println(JunitReport.of(report));
            case github -> {
                GithubAnnotations.of(report).forEach(out::println);
                out.println(report.summary().describe());
            }
            case table -> {
                CheckPage page = new CheckPage(spec.commandLine());
                page.write(report, Marchwarden.isVerbose(spec));
                if (anyOwner && report.lacksOnlyRights()) {
                    List<String> rights = rights(report);
                    page.hint("Only rights are missing: " + String.join(", ", rights)
                            + ". To judge for somebody who has them: --as USER --as-group "
                            + group(rights, tenancy));
                }
            }
        }
    }

    private static List<String> rights(CheckReport report) {
        return report.violations().stream()
                .filter(CheckReport.Violation::denies)
                .map(CheckReport.Violation::right)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** A group that has these rights. */
    private static String group(List<String> rights, Tenancy tenancy) {
        Set<String> groups = new TreeSet<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            if (rights.equals(List.of(new Requirement(Requirement.Verb.ADMINISTER, usergroup.name()).toString()))) {
                groups.addAll(usergroup.meshAdmins().groups());
            }
        }
        return groups.stream().findFirst().orElse("system:masters");
    }
}
