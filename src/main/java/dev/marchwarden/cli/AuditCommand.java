package dev.marchwarden.cli;

import dev.marchwarden.audit.Audit;
import dev.marchwarden.audit.AuditJson;
import dev.marchwarden.audit.AuditLimits;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.CheckReport;
import dev.marchwarden.audit.ClusterAudit;
import dev.marchwarden.audit.JunitReport;
import dev.marchwarden.audit.SarifReport;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.map.AuditPage;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.Tenancy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: what there is already. */
@Command(
        name = "audit",
        description = {
            "Judges what is already in a cluster, or in files, and says which usergroups are ready for `deny`.",
            "It reads namespaces, configuration and workloads page by page, changes nothing and reads no Secret. An",
            "object does not tell who wrote it: without --as it is judged as if by an owner of every usergroup who is",
            "no mesh admin, and findings that a right permits are only counted."
        },
        exitCodeList = {
            "0:nothing was found that --fail-on names",
            "1:something was found",
            "2:something could not be read or judged; what could be is reported too"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden audit --config tenancy.yaml --kubeconfig ~/.kube/config",
            "  marchwarden audit --config tenancy.yaml --kubeconfig ~/.kube/config -o html > audit.html",
            "  marchwarden audit --config tenancy.yaml --fail-on warn -o junit cluster-dump/"
        })
final class AuditCommand implements Callable<Integer> {
    /** What leads to exit code 1. */
    enum FailOn {
        deny(Enforcement.DENY),
        warn(Enforcement.WARN);

        private final Enforcement least;

        FailOn(Enforcement least) {
            this.least = least;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckInput input;

    @Mixin
    private ClusterAccess access;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private AuditFormat format;

    @Option(
            names = "--fail-on",
            paramLabel = "deny|warn",
            defaultValue = "deny",
            description = "The least enforcement of findings for exit code 1, with the settings of the tenancy"
                    + " (default: ${DEFAULT-VALUE}).")
    private FailOn failOn;

    @Option(names = "--fail-on-rights", description = "Findings that a right permits lead to exit code 1 too.")
    private boolean failOnRights;

    @Option(
            names = "--endpoints",
            description =
                    "Also read Endpoints and EndpointSlices of the cluster, and judge those that do not follow from the"
                            + " pods of a Service.")
    private boolean endpoints;

    @Override
    public Integer call() {
        Tenancy tenancy = input.tenancy();
        Optional<ManifestFiles> files = input.files();
        if (files.isPresent() && access.isNamed()) {
            throw new Failure("files and a cluster (expected: one of them; `marchwarden check --kubeconfig FILE` judges"
                    + " files by the namespaces of a cluster)");
        }
        return files.isPresent() ? ofFiles(tenancy, files.get()) : ofCluster(tenancy);
    }

    private int ofFiles(Tenancy tenancy, ManifestFiles files) {
        if (files.manifests().isEmpty() && files.unreadable().isEmpty()) {
            throw new Failure("no Kubernetes object in " + input.paths() + " (expected: at least one to judge)");
        }
        Audit audit = audit(tenancy, input.namespaces(tenancy, input.known(List.of()), files.manifests()));
        files.manifests().forEach(audit::add);
        files.unreadable().forEach(audit::add);
        return report(
                tenancy,
                audit.result(),
                input.paths().stream().map(Path::toString).collect(Collectors.joining(", ")));
    }

    private int ofCluster(Tenancy tenancy) {
        try (ClusterClient client = access.client(Cluster.DEADLINE)) {
            List<Manifest> listed = ClusterNamespaces.of(client);
            Namespaces known = input.namespaces(tenancy, input.known(listed), List.of());
            Audit audit = audit(tenancy, new CurrentNamespaces(known, client, tenancy.usergroupLabel()));
            listed.forEach(namespace -> audit.add(new Manifest("", 0, namespace.object())));
            read(client, audit);
            return report(tenancy, audit.result(), "the cluster " + client.server());
        } catch (ClusterException e) {
            throw new Failure(e.getMessage() + (e.isForbidden() ? "; docs/audit.md lists the rights" : ""), e);
        }
    }

    private void read(ClusterClient client, Audit audit) {
        if (!Terminal.showsProgress(System.getenv())) {
            new ClusterAudit(client, audit, ClusterAudit.Progress.NONE).read(input.judgesWorkloads(), endpoints);
            return;
        }
        try (ReadingProgress line = new ReadingProgress(spec.commandLine().getErr())) {
            new ClusterAudit(client, audit, line).read(input.judgesWorkloads(), endpoints);
        }
    }

    private Audit audit(Tenancy tenancy, Namespaces namespaces) {
        return new Audit(tenancy, namespaces, strict -> input.check(strict, namespaces), AuditLimits.DEFAULT);
    }

    private int report(Tenancy tenancy, AuditResult result, String source) {
        PrintWriter out = spec.commandLine().getOut();
        String author = input.author();
        switch (format) {
            case json -> out.println(AuditJson.of(result, source, author));
            case sarif ->
                out.println(SarifReport.of(CheckReport.of(result, failOnRights), Version.number(), RuleHeadlines::of));
            case junit -> out.println(JunitReport.of(CheckReport.of(result, failOnRights), "marchwarden audit"));
            case html -> {
                out.print(new AuditPage(tenancy.name(), source, author, RuleHeadlines::of).render(result));
                out.flush();
            }
            case table -> new AuditTable(spec.commandLine()).show(result, source, author, Marchwarden.isVerbose(spec));
        }
        if (!result.isComplete()) {
            return ExitCode.ERROR;
        }
        return result.counts().stream()
                        .filter(count -> failOnRights || !count.needsRight())
                        .anyMatch(count -> count.enforcement().compareTo(failOn.least) >= 0)
                ? ExitCode.FOUND
                : ExitCode.OK;
    }
}
