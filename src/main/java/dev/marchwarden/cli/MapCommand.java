package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.map.Findings;
import dev.marchwarden.map.MapPage;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.verification.LiveSync;
import dev.marchwarden.verification.ObservedMeshes;
import dev.marchwarden.verification.Report;
import dev.marchwarden.verification.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "  marchwarden map --config tenancy.yaml --kubeconfig ~/.kube/config --live -o map.html",
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
            description =
                    "Reads this cluster: namespaces, configuration, workloads, istiods and root certificates. It reads no"
                            + " Secret.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Reads the cluster of this context (default kubeconfig: $KUBECONFIG, then ~/.kube/config).")
    private @Nullable String context;

    @Option(
            names = "--live",
            description =
                    "Adds what `verify --live` finds: it checks the control planes and asks each istiod which proxies"
                            + " are connected.")
    private boolean live;

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
        if (kubeconfig == null && context == null) {
            if (live) {
                throw new Failure("--live asks a cluster (expected: --kubeconfig FILE or --context NAME too)");
            }
            return map(tenancy, files, input.known(List.of()), sources, null);
        }
        try (ClusterClient client = new ClusterClient(InputFiles.cluster(kubeconfig, context), DEADLINE)) {
            List<Manifest> known = input.known(ClusterNamespaces.of(client));
            sources.add(
                    "the cluster " + client.server() + " at " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
            return map(tenancy, files, known, sources, client);
        } catch (ClusterException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    private int map(
            Tenancy tenancy,
            ManifestFiles files,
            List<Manifest> known,
            List<String> sources,
            @Nullable ClusterClient client) {
        if (known.isEmpty() && sources.isEmpty()) {
            throw new Failure(
                    "nothing to map (expected: manifests, --namespaces FILE, --kubeconfig FILE or --context NAME)");
        }
        Namespaces namespaces = input.namespaces(tenancy, known, files.manifests());
        ManifestCheck check = input.check(tenancy, namespaces);
        Findings findings = new Findings(tenancy, namespaces);
        ObservedMeshes observed = new ObservedMeshes();
        notReplaced(known, files).stream().map(check::check).forEach(findings::add);
        if (client != null) {
            LiveObjects objects = new LiveObjects(client, check, findings);
            objects.judge(input.judgesWorkloads());
            objects.observe(tenancy, observed);
        }
        files.manifests().stream().map(check::check).forEach(findings::add);
        files.unreadable().forEach(findings::add);
        files.manifests().forEach(manifest -> observed.add(manifest.object()));
        Report report = client == null || !live ? null : verified(tenancy, client, findings);
        write(
                new MapPage(new MapPage.Basis(sources, input.author()), RuleHeadlines::of)
                        .render(findings, observed, report),
                findings);
        return findings.isComplete() ? ExitCode.OK : ExitCode.ERROR;
    }

    /** Null where it could not be found out, which is then among what was not read. */
    private @Nullable Report verified(Tenancy tenancy, ClusterClient client, Findings findings) {
        try (ApiServer api = new ApiServer(InputFiles.cluster(kubeconfig, context))) {
            return new Verification(InstantSource.system())
                    .verify(tenancy, client)
                    .with(LiveSync.look(client, new PodConnections(api), tenancy, Cluster.DEADLINE));
        } catch (IOException e) {
            findings.addUnread("not verified: " + e.getMessage());
            return null;
        }
    }

    /** Of Namespaces with one name the last one counts, and none that are known count where the manifests have one of that name. */
    private static Collection<Manifest> notReplaced(List<Manifest> known, ManifestFiles files) {
        Map<String, Manifest> byName = new LinkedHashMap<>();
        known.stream().filter(Manifest::isNamespace).forEach(namespace -> byName.put(namespace.name(), namespace));
        files.manifests().stream()
                .filter(Manifest::isNamespace)
                .map(Manifest::name)
                .forEach(byName::remove);
        return byName.values();
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
