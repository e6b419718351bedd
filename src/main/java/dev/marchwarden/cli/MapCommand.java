package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.map.Findings;
import dev.marchwarden.map.MapPage;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.ObservedMeshes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code map}: the meshes at a glance. */
@Command(
        name = "map",
        description = {
            "Writes a map of the meshes as one HTML file.",
            "It shows usergroups, control planes, namespaces, what crosses a border, shared services, and what belongs",
            "to no usergroup. Manifests are judged as by `check`. The file needs no server and makes no requests."
        },
        exitCodeList = {
            "0:the map is written, whatever it shows",
            "2:it is not, or something could not be read or judged; the map says what"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden map --config tenancy.yaml --kubeconfig ~/.kube/config -o map.html",
            "  marchwarden map --config tenancy.yaml --namespaces namespaces.yaml -o map.html manifests/"
        })
final class MapCommand implements Callable<Integer> {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckInput input;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Reads the namespaces, istiods and root certificates of this cluster. No Secret is read.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Reads the cluster of this context (default kubeconfig: $KUBECONFIG, then ~/.kube/config).")
    private @Nullable String context;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the map (default: standard output).")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Tenancy tenancy = input.tenancy();
        ManifestFiles files = input.files().orElseGet(() -> new ManifestFiles(List.of(), List.of(), 0));
        List<String> sources =
                new ArrayList<>(input.paths().stream().map(Path::toString).toList());
        ObservedMeshes observed = new ObservedMeshes();
        List<Manifest> inCluster = List.of();
        List<String> unread = new ArrayList<>();
        if (kubeconfig != null || context != null) {
            try (ClusterClient client = new ClusterClient(InputFiles.cluster(kubeconfig, context), DEADLINE)) {
                inCluster = ClusterNamespaces.of(client);
                observe(client, tenancy, observed, unread);
                sources.add("the cluster " + client.server() + " at "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS));
            } catch (ClusterException e) {
                throw new Failure(String.valueOf(e.getMessage()), e);
            }
        }
        List<Manifest> known = input.known(inCluster);
        if (known.isEmpty() && sources.isEmpty()) {
            throw new Failure(
                    "nothing to map (expected: manifests, --namespaces FILE, --kubeconfig FILE or --context NAME)");
        }
        Findings findings = judged(tenancy, known, files);
        unread.forEach(findings::addUnread);
        files.manifests().forEach(manifest -> observed.add(manifest.object()));
        write(page(sources).render(findings, observed), findings);
        return findings.isComplete() ? ExitCode.OK : ExitCode.ERROR;
    }

    /** Of namespaces that are known and stand among the manifests too, only the latter count. */
    private Findings judged(Tenancy tenancy, List<Manifest> known, ManifestFiles files) {
        Namespaces namespaces = input.namespaces(tenancy, known, files.manifests());
        ManifestCheck check = input.check(tenancy, namespaces);
        Findings findings = new Findings(tenancy, namespaces);
        Set<String> replaced = files.manifests().stream()
                .filter(Manifest::isNamespace)
                .map(Manifest::name)
                .collect(Collectors.toSet());
        known.stream()
                .filter(Manifest::isNamespace)
                .filter(namespace -> !replaced.contains(namespace.name()))
                .map(check::check)
                .forEach(findings::add);
        files.manifests().stream().map(check::check).forEach(findings::add);
        files.unreadable().forEach(findings::add);
        return findings;
    }

    /** @param unread what could not be read, in one line each */
    private static void observe(ClusterClient client, Tenancy tenancy, ObservedMeshes observed, List<String> unread) {
        try {
            for (Deployment istiod : client.list(Kind.DEPLOYMENT, "", IstioNames.ISTIOD_SELECTOR)) {
                observed.add(ClusterClient.tree(istiod));
            }
        } catch (ClusterException e) {
            unread.add(String.valueOf(e.getMessage()));
        }
        for (Usergroup usergroup : tenancy.usergroups()) {
            try {
                ConfigMap root = client.find(Kind.CONFIG_MAP, usergroup.systemNamespace(), IstioNames.ROOT_CONFIG_MAP);
                if (root != null) {
                    observed.add(ClusterClient.tree(root));
                }
            } catch (ClusterException e) {
                unread.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private MapPage page(List<String> sources) {
        return new MapPage(new MapPage.Basis(sources, input.author()), RuleHeadlines::of);
    }

    private void write(String page, Findings findings) {
        if (output == null) {
            spec.commandLine().getOut().print(page);
            spec.commandLine().getOut().flush();
            return;
        }
        try {
            Files.writeString(output, page, UTF_8);
        } catch (IOException e) {
            throw new Failure(
                    output + " cannot be written: " + e.getMessage() + " (expected: a file in a directory that exists)",
                    e);
        }
        new Page(spec.commandLine()).text(output + ": " + findings.describe());
    }
}
