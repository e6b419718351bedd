package dev.marchwarden.cli;

import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.rollout.Assignment;
import dev.marchwarden.rollout.ObstacleException;
import dev.marchwarden.rollout.Workloads;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bootstrap assign}: a namespace becomes a member. */
@Command(
        name = "assign",
        description = {
            "Makes a namespace a member of a usergroup: sets both labels in one write. Pods get their sidecar when",
            "they are created, so existing workloads need a restart."
        },
        exitCodeList = {
            "0:it is a member, and all its pods have that revision or are being restarted",
            "1:refused; or it is a member, and workloads need a restart",
            "2:the command failed"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden bootstrap assign app-ns-1 --usergroup usergroup-1 --restart --config tenancy.yaml \\",
            "      --kubeconfig ~/.kube/config",
            "  marchwarden bootstrap assign app-ns-1 --usergroup usergroup-1 --revision usergroup-1-canary \\",
            "      --config tenancy.yaml --kubeconfig ~/.kube/config"
        })
final class AssignCommand implements Callable<Integer> {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAMESPACE", description = "The namespace, which must exist.")
    private String namespace;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @Option(names = "--usergroup", required = true, paramLabel = "NAME", description = "The usergroup that it joins.")
    private String usergroupName;

    @Option(
            names = "--revision",
            paramLabel = "NAME",
            description = "The revision that injects its pods (default: the usergroup's first).")
    private @Nullable String revision;

    @Option(names = "--tag", paramLabel = "NAME", description = "The tag that injects its pods, instead of a revision.")
    private @Nullable String tag;

    @Option(names = "--restart", description = "Restart the workloads that need it.")
    private boolean restart;

    @Mixin
    private ClusterAccess access;

    @Override
    public Integer call() {
        Tenancy tenancy = InputFiles.tenancy(config);
        Usergroup usergroup = tenancy.usergroup(usergroupName);
        if (usergroup == null) {
            throw new Failure("--usergroup " + Quoted.of(usergroupName)
                    + ": no usergroup of the tenancy (expected: one of "
                    + String.join(
                            ", ",
                            tenancy.usergroups().stream().map(Usergroup::name).toList()) + ")");
        }
        String label = label(usergroup);
        try (ClusterClient cluster = access.client(DEADLINE)) {
            return assign(new Assignment(cluster, tenancy, usergroup, label), new Workloads(cluster, namespace));
        } catch (ObstacleException e) {
            e.obstacles().forEach(obstacle -> spec.commandLine().getErr().println("marchwarden: " + obstacle));
            return ExitCode.FOUND;
        } catch (IOException e) {
            throw new Failure(
                    namespace + " cannot be assigned: " + e.getMessage()
                            + " (run the command again when that is fixed)",
                    e);
        }
    }

    private String label(Usergroup usergroup) {
        if (revision != null && tag != null) {
            throw new Failure("--revision and --tag are both given (expected: one of them)");
        }
        if (revision != null) {
            return known("--revision", revision, usergroup.revisions(), usergroup);
        }
        return tag == null
                ? usergroup.defaultRevision()
                : known("--tag", tag, new TreeSet<>(usergroup.tags().keySet()), usergroup);
    }

    private static String known(String option, String name, Collection<String> known, Usergroup usergroup) {
        if (!known.contains(name)) {
            throw new Failure(option + " " + Quoted.of(name) + ": not of usergroup " + usergroup.name() + " (expected: "
                    + (known.isEmpty() ? "none, because it has none" : "one of " + String.join(", ", known)) + ")");
        }
        return name;
    }

    private int assign(Assignment assignment, Workloads workloads) throws IOException, ObstacleException {
        Page page = new Page(spec.commandLine());
        boolean changed = assignment.assign(namespace);
        page.text(namespace + (changed ? " is a member of usergroup " : " was a member of usergroup ") + usergroupName
                + (changed ? " now" : " already") + ", injected by revision " + assignment.revision());
        Workloads.Stale stale = workloads.stale(assignment.revision());
        for (Workloads.Restartable workload : stale.workloads()) {
            if (restart) {
                workloads.restart(workload, InstantSource.system());
            }
            page.text((restart ? "restarted: " : "needs a restart: ") + workload);
        }
        for (String pod : stale.pods()) {
            page.text("needs to be created again: Pod " + namespace + "/" + pod
                    + ", of no workload that can be restarted");
        }
        if (!restart && !stale.workloads().isEmpty()) {
            page.text("run this again with --restart, or `kubectl rollout restart` them");
        }
        boolean done = stale.pods().isEmpty() && (restart || stale.workloads().isEmpty());
        return done ? ExitCode.OK : ExitCode.FOUND;
    }
}
