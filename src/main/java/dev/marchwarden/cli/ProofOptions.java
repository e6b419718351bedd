package dev.marchwarden.cli;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.manifest.UnreadableDocument;
import dev.marchwarden.map.ReachabilityPage;
import dev.marchwarden.reachability.ProofJson;
import dev.marchwarden.reachability.ProofQuestion;
import dev.marchwarden.reachability.ReachabilityProof;
import dev.marchwarden.reachability.model.Separation;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify --prove}: of what, for whom, and compared with what. */
final class ProofOptions {
    /** Objects in files that name no namespace. */
    private static final String DEFAULT_NAMESPACE = "default";

    @Option(
            names = "--prove",
            description =
                    "Instead prove from all configuration and workloads, of the cluster or of files, that no workload can reach"
                            + " one across its boundary. Prints none with the facts that this rests on, or for each path the"
                            + " shortest chain of objects.")
    private boolean prove;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE|DIR",
            description = "With --prove: YAML or JSON files, or directories of them, instead of a cluster.")
    private @Nullable List<Path> files;

    @Option(names = "--from", paramLabel = "NS", description = "With --prove: only paths from this namespace.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "NS", description = "With --prove: only paths to this namespace.")
    private @Nullable String to;

    @Option(
            names = "--against",
            paramLabel = "FILE|DIR",
            description = "With --prove: only paths that are not open in these files. May be given several times.")
    private @Nullable List<Path> against;

    @Option(
            names = "--network-policies",
            description = "With --prove: count NetworkPolicies, because the network plugin enforces them.")
    private boolean networkPolicies;

    boolean isWanted() {
        boolean any = files != null || from != null || to != null || against != null || networkPolicies;
        if (any && !prove) {
            throw new Failure(
                    "files, --from, --to, --against and --network-policies are for a proof (expected: --prove)");
        }
        return prove;
    }

    int prove(Tenancy tenancy, ClusterAccess access, VerifyFormat format, CommandLine command) {
        if (files != null && access.isNamed()) {
            throw new Failure("files and a cluster (expected: one of them; --against takes files beside a cluster)");
        }
        List<String> unread = new ArrayList<>();
        List<Finding> verified = new ArrayList<>();
        ClusterObjects objects = files == null
                ? new ClusterObjects(ProofCluster.read(access, tenancy, unread, verified), DEFAULT_NAMESPACE, true)
                : objects(files, unread);
        check(tenancy, objects);
        ReachabilityProof proof = ReachabilityProof.of(tenancy, objects, networkPolicies)
                .verified(verified)
                .between(from, to, tenancy, objects);
        if (against != null) {
            proof = proof.against(ReachabilityProof.of(tenancy, objects(against, unread), networkPolicies));
        }
        ProofQuestion question = new ProofQuestion(from, to, against != null);
        PrintWriter out = command.getOut();
        switch (format) {
            case json -> out.println(ProofJson.of(proof, question, unread));
            case html -> {
                out.print(new ReachabilityPage(tenancy.name(), source(objects), question, RuleHeadlines::of)
                        .render(proof, unread));
                out.flush();
            }
            case table -> new ProofPage(command).show(proof, question, unread);
        }
        return unread.isEmpty() ? (proof.isNone() && proof.isFounded() ? ExitCode.OK : ExitCode.FOUND) : ExitCode.ERROR;
    }

    /** What was read, for people. */
    private String source(ClusterObjects objects) {
        if (files != null) {
            return files.stream().map(Path::toString).collect(Collectors.joining(", "));
        }
        String cluster = objects.namespaces().stream()
                .findFirst()
                .map(part -> part.manifest().file())
                .orElse("the cluster");
        return cluster + " at " + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    /** That there is a border between the namespaces that are asked about. */
    private void check(Tenancy tenancy, ClusterObjects objects) {
        known(from, objects);
        known(to, objects);
        if (from != null && to != null && new Separation(tenancy, objects).mayReach(from, to)) {
            throw new Failure(
                    "namespaces " + from + " and " + to
                            + " are on one side of the boundary, so one may reach the other (expected: two that the tenancy keeps apart)");
        }
    }

    private static ClusterObjects objects(List<Path> paths, List<String> unread) {
        ManifestFiles read = InputFiles.manifestFiles(paths);
        List<String> unreadable =
                read.unreadable().stream().map(UnreadableDocument::toString).toList();
        if (read.manifests().stream().noneMatch(Manifest::isNamespace)) {
            String expected = " (expected: all objects that count, Namespaces among them)";
            throw new Failure("no Namespace in " + paths
                    + (unreadable.isEmpty()
                            ? expected
                            : "; " + unreadable.size() + " not read, the first: " + unreadable.getFirst()));
        }
        unread.addAll(unreadable);
        ClusterObjects objects = new ClusterObjects(applied(read.manifests()), DEFAULT_NAMESPACE, false);
        objects.unknownNamespaces()
                .forEach(
                        name -> unread.add(
                                "the Namespace " + Quoted.of(name)
                                        + " is not among the files, so the usergroup of its objects is unknown (expected: all Namespaces)"));
        return objects;
    }

    /** Of two objects with one name the last counts, as where both are applied in this order. One without a name is made each time. */
    private static Collection<Manifest> applied(List<Manifest> manifests) {
        Map<List<String>, Manifest> applied = new LinkedHashMap<>();
        for (Manifest manifest : manifests) {
            String namespace = manifest.namespace().isEmpty() ? DEFAULT_NAMESPACE : manifest.namespace();
            String name = manifest.name().isEmpty() ? manifest.file() + ":" + manifest.line() : manifest.name();
            applied.put(
                    List.of(manifest.group(), manifest.kind(), manifest.isNamespace() ? "" : namespace, name),
                    manifest);
        }
        return applied.values();
    }

    private static void known(@Nullable String namespace, ClusterObjects objects) {
        if (namespace != null && !objects.namespaceNames().contains(namespace)) {
            throw new Failure("namespace " + Quoted.of(namespace) + " is not known"
                    + Nearest.to(namespace, objects.namespaceNames())
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(" (expected: one that was read)"));
        }
    }
}
