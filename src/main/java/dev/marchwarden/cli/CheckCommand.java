package dev.marchwarden.cli;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.audit.AssumedMembers;
import dev.marchwarden.audit.CheckJson;
import dev.marchwarden.audit.CheckReport;
import dev.marchwarden.audit.GithubAnnotations;
import dev.marchwarden.audit.JunitReport;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.audit.SarifReport;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.rulebook.RuleBook;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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
    /** No Kubernetes user is called so. */
    private static final String ANY_OWNER = "(an owner)";

    /** Whether pods and their templates are judged. */
    enum Workloads {
        on,
        off
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy file.")
    private Path config;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE|DIR",
            description = "Manifests: YAML or JSON files, directories of them, or - for standard input.")
    private @Nullable List<Path> files;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE|DIR",
            description = "The same, as kubectl has it. May be given several times.")
    private @Nullable List<Path> namedFiles;

    @Mixin
    private KnownNamespaces namespaces;

    @Option(
            names = "--usergroup",
            paramLabel = "NAME",
            description = "Treat each namespace that is not known otherwise as a member of this usergroup, and each"
                    + " Namespace among the manifests that has neither of a member's labels.")
    private @Nullable String usergroup;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The namespace of manifests that name none (default: ${DEFAULT-VALUE}).")
    private String namespace;

    @Option(
            names = "--workloads",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether to judge pods and what makes them (default: ${DEFAULT-VALUE}).")
    private Workloads workloads;

    @Mixin
    private AuthorOptions as;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private CheckFormat format;

    @Override
    public Integer call() {
        Optional<User> named = as.author();
        Tenancy read = InputFiles.tenancy(config);
        Usergroup assumed = usergroup == null ? null : usergroup(usergroup, read);
        List<Path> paths = new ArrayList<>(files == null ? List.of() : files);
        paths.addAll(namedFiles == null ? List.of() : namedFiles);
        if (paths.isEmpty()) {
            TenancyCommand.describe(config, read, spec.commandLine().getOut());
            return ExitCode.OK;
        }
        ManifestFiles manifests = InputFiles.manifestFiles(paths);
        if (manifests.manifests().isEmpty() && manifests.unreadable().isEmpty() && manifests.skipped() == 0) {
            throw new Failure("no Kubernetes object in " + paths + " (expected: at least one to check)");
        }
        Tenancy tenancy = named.isPresent() ? read : read.ownedAlsoBy(ANY_OWNER);
        CheckReport report = check(manifests, tenancy, assumed, named.orElse(new User(ANY_OWNER, List.of())));
        write(report, named.isEmpty(), read);
        return report.errors().isEmpty() ? (report.denies() ? ExitCode.FOUND : ExitCode.OK) : ExitCode.ERROR;
    }

    private static Usergroup usergroup(String name, Tenancy tenancy) {
        Usergroup usergroup = tenancy.usergroup(name);
        if (usergroup == null) {
            List<String> known =
                    tenancy.usergroups().stream().map(Usergroup::name).toList();
            throw new Failure("--usergroup " + Quoted.of(name) + " is not in the tenancy"
                    + Nearest.to(name, known)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(" (expected: one of " + String.join(", ", known) + ")"));
        }
        return usergroup;
    }

    private CheckReport check(ManifestFiles manifests, Tenancy tenancy, @Nullable Usergroup assumed, User author) {
        List<Manifest> inCluster = namespaces.read();
        List<Manifest> known = new ArrayList<>(inCluster);
        known.addAll(manifests.manifests());
        NamespaceSnapshot snapshot = NamespaceSnapshot.of(known, tenancy.usergroupLabel());
        NamespaceSnapshot cluster = NamespaceSnapshot.of(inCluster, tenancy.usergroupLabel());
        Namespaces all = assumed == null ? snapshot : new AssumedMembers(snapshot, cluster, tenancy, assumed);
        Policy policy = new Policy(tenancy);
        Admission admission = new Admission(() -> policy, () -> all, Rights.TENANCY_ONLY);
        ManifestCheck check = new ManifestCheck(admission, all, author, namespace, workloads == Workloads.on);
        return CheckReport.of(
                manifests, manifests.manifests().stream().map(check::check).toList());
    }

    private void write(CheckReport report, boolean anyOwner, Tenancy tenancy) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case json -> out.println(CheckJson.of(report));
            case sarif -> out.println(SarifReport.of(report, Version.number(), CheckCommand::headline));
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

    private static String headline(String rule) {
        return RuleName.named(rule).map(name -> RuleBook.page(name).headline()).orElse(rule);
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
