package dev.marchwarden.cli;

import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.verification.Connectivity;
import dev.marchwarden.verification.LiveSync;
import dev.marchwarden.verification.Report;
import dev.marchwarden.verification.ReportJson;
import dev.marchwarden.verification.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: whether the meshes are apart. */
@Command(
        name = "verify",
        description = {
            "Checks whether the meshes of a cluster are separate, and names a fix for every problem.",
            "It changes nothing and reads no Secret."
        },
        exitCodeList = {
            "0:the meshes are separate",
            "1:an error was found, or with --prove a path across",
            "2:the cluster or a file cannot be read, or not completely"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden verify --config tenancy.yaml --kubeconfig ~/.kube/config",
            "  marchwarden verify --config tenancy.yaml --kubeconfig ~/.kube/config --live --connectivity",
            "  marchwarden verify --config tenancy.yaml --kubeconfig ~/.kube/config -o json",
            "  marchwarden verify --config tenancy.yaml --prove --kubeconfig ~/.kube/config",
            "  marchwarden verify --config tenancy.yaml --prove --against before/ after/",
            "  marchwarden verify --config tenancy.yaml --prove -o html manifests/ > proof.html"
        })
final class VerifyCommand implements Callable<Integer> {
    /** For all questions together. */
    private static final Duration CONNECTIVITY = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @Mixin
    private ClusterAccess access;

    @Mixin
    private ProofOptions proof;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). html is for --prove.")
    private VerifyFormat format;

    @Option(
            names = "--live",
            description = "Also ask each istiod which proxies are connected, and whether they have its configuration.")
    private boolean live;

    @Option(
            names = "--connectivity",
            description =
                    "Send requests from a pod of each usergroup to a Service of its own and to one of each other usergroup,"
                            + " with curl or wget in its container.")
    private boolean connectivity;

    @Override
    public Integer call() {
        boolean proving = proof.isWanted();
        if (proving && (live || connectivity)) {
            throw new Failure("--live and --connectivity ask pods (expected: without --prove)");
        }
        if (!proving && format == VerifyFormat.html) {
            throw new Failure("html is the page of a proof (expected: --prove too; `marchwarden map --live` shows"
                    + " what verify finds on a page)");
        }
        Tenancy tenancy = InputFiles.tenancy(config);
        if (proving) {
            return proof.prove(tenancy, access, format, spec.commandLine());
        }
        Report report = report(tenancy);
        if (format == VerifyFormat.json) {
            spec.commandLine().getOut().println(ReportJson.of(report));
        } else {
            new ReportPage(spec.commandLine()).show(report);
        }
        return report.isVerified() ? ExitCode.OK : ExitCode.FOUND;
    }

    private Report report(Tenancy tenancy) {
        try (ClusterClient cluster = access.client(Cluster.DEADLINE);
                ApiServer api = access.apiServer()) {
            PodConnections pods = new PodConnections(api);
            Report report = new Verification(InstantSource.system()).verify(tenancy, cluster);
            if (live) {
                report = report.with(LiveSync.look(cluster, pods, tenancy, Cluster.DEADLINE));
            }
            if (connectivity) {
                report = report.with(Connectivity.look(cluster, pods, tenancy, CONNECTIVITY));
            }
            return report;
        } catch (ClusterException e) {
            throw new Failure(e.getMessage() + (e.isForbidden() ? "; docs/verification.md lists the rights" : ""), e);
        } catch (IOException e) {
            throw Cluster.unreadable(e, "pods that can be reached through the API server");
        }
    }
}
