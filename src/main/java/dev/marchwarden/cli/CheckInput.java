package dev.marchwarden.cli;

import dev.marchwarden.audit.AssumedMembers;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options for judging manifests: files, tenancy, namespaces and author. */
final class CheckInput {
    /** Whether pods and their templates are judged. */
    enum Workloads {
        on,
        off
    }

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
            description = "Manifests, as with kubectl. May be given several times.")
    private @Nullable List<Path> namedFiles;

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "Namespaces of the cluster. A Namespace among the manifests replaces one of the same name.")
    private @Nullable List<Path> namespaces;

    @Option(
            names = "--usergroup",
            paramLabel = "NAME",
            description =
                    "Treat each unknown namespace as a member of this usergroup, and each Namespace among the manifests"
                            + " without a member's labels.")
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

    Path config() {
        return config;
    }

    /** As it is in the file. Other options that are wrong end the command here too, before anything else is read. */
    Tenancy tenancy() {
        as.author();
        Tenancy tenancy = InputFiles.tenancy(config);
        assumed(tenancy);
        return tenancy;
    }

    List<Path> paths() {
        List<Path> paths = new ArrayList<>(files == null ? List.of() : files);
        paths.addAll(namedFiles == null ? List.of() : namedFiles);
        return paths;
    }

    /** Empty where none were given. */
    Optional<ManifestFiles> files() {
        List<Path> paths = paths();
        return paths.isEmpty() ? Optional.empty() : Optional.of(InputFiles.manifestFiles(paths));
    }

    /** Whether nobody was named, so that the author is an owner of every usergroup. */
    boolean isForAnyOwner() {
        return as.author().isEmpty();
    }

    boolean judgesWorkloads() {
        return workloads == Workloads.on;
    }

    /** For people: whose rights count. */
    String author() {
        return as.author()
                .map(user -> user.name()
                        + (user.groups().isEmpty() ? "" : ", of the groups " + String.join(", ", user.groups())))
                .orElse("an owner of every usergroup who is no mesh admin");
    }

    /** @param cluster namespaces of the cluster; those of {@code --namespaces} replace them */
    List<Manifest> known(List<Manifest> cluster) {
        List<Manifest> known = new ArrayList<>(cluster);
        if (namespaces != null) {
            known.addAll(InputFiles.manifests(namespaces));
        }
        return known;
    }

    /**
     * What a check of manifests goes by.
     *
     * @param known namespaces of the cluster
     * @param manifests whose Namespaces replace those
     */
    Namespaces namespaces(Tenancy tenancy, List<Manifest> known, List<Manifest> manifests) {
        List<Manifest> all = new ArrayList<>(known);
        all.addAll(manifests);
        NamespaceSnapshot snapshot = NamespaceSnapshot.of(all, tenancy.usergroupLabel());
        Usergroup assumed = assumed(tenancy);
        return assumed == null
                ? snapshot
                : new AssumedMembers(snapshot, NamespaceSnapshot.of(known, tenancy.usergroupLabel()), tenancy, assumed);
    }

    ManifestCheck check(Tenancy read, Namespaces known) {
        return as.author()
                .map(author -> new ManifestCheck(read, known, author, namespace, judgesWorkloads()))
                .orElseGet(() -> ManifestCheck.asOwner(read, known, namespace, judgesWorkloads()));
    }

    private @Nullable Usergroup assumed(Tenancy tenancy) {
        if (usergroup == null) {
            return null;
        }
        Usergroup assumed = tenancy.usergroup(usergroup);
        if (assumed == null) {
            List<String> known =
                    tenancy.usergroups().stream().map(Usergroup::name).toList();
            throw new Failure("--usergroup " + Quoted.of(usergroup) + " is not in the tenancy"
                    + Nearest.to(usergroup, known)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(" (expected: one of " + String.join(", ", known) + ")"));
        }
        return assumed;
    }
}
