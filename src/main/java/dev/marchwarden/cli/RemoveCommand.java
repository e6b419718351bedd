package dev.marchwarden.cli;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.rollout.InstalledLocations;
import dev.marchwarden.rollout.ObstacleException;
import dev.marchwarden.rollout.RevisionRemoval;
import dev.marchwarden.rollout.StoppedException;
import dev.marchwarden.rollout.UsergroupRemoval;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import dev.marchwarden.verification.Report;
import dev.marchwarden.verification.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bootstrap remove}: takes a control plane away. */
@Command(
        name = "remove",
        description = {
            "Removes the control plane of a usergroup, or one revision or tag. If anything still uses it, lists that and",
            "removes nothing. It can be interrupted and run again."
        },
        exitCodeList = {
            "0:removed",
            "1:it is still used, and nothing was removed; or another usergroup has an error since",
            "2:a step failed, or the command could not start"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden bootstrap remove --usergroup usergroup-2 --config tenancy.yaml --kubeconfig ~/.kube/config",
            "  marchwarden bootstrap remove --revision usergroup-1-old --config tenancy.yaml"
        })
final class RemoveCommand implements Callable<Integer> {
    /** One of them. */
    static final class What {
        @Option(
                names = "--usergroup",
                required = true,
                paramLabel = "NAME",
                description = "The whole control plane of this usergroup.")
        private @Nullable String usergroup;

        @Option(
                names = "--revision",
                required = true,
                paramLabel = "NAME",
                description = "A revision that is no longer in the tenancy.")
        private @Nullable String revision;

        @Option(
                names = "--tag",
                required = true,
                paramLabel = "NAME",
                description = "A tag that is no longer in the tenancy.")
        private @Nullable String tag;
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Mixin
    private ClusterOptions clusterOptions;

    @Override
    public Integer call() throws Exception {
        Tenancy tenancy = InputFiles.tenancy(config);
        try (Cluster cluster = Cluster.of(clusterOptions);
                ProgressLines progress = new ProgressLines(spec.commandLine().getOut())) {
            return Interruptible.call(() -> remove(tenancy, cluster, progress));
        }
    }

    private int remove(Tenancy tenancy, Cluster cluster, ProgressLines progress) {
        try {
            return what.usergroup == null
                    ? part(tenancy, cluster, progress)
                    : usergroup(what.usergroup, tenancy, cluster, progress);
        } catch (ObstacleException e) {
            spec.commandLine().getErr().println("marchwarden: nothing was removed, because of:");
            e.obstacles().forEach(each -> spec.commandLine().getErr().println("  " + each));
            return ExitCode.FOUND;
        } catch (StoppedException e) {
            StopMessage.print(spec.commandLine().getErr(), e);
            return ExitCode.ERROR;
        } catch (IOException e) {
            throw Cluster.unreadable(e);
        }
    }

    private int part(Tenancy tenancy, Cluster cluster, ProgressLines progress)
            throws IOException, ObstacleException, StoppedException {
        RevisionRemoval removal =
                new RevisionRemoval(cluster.client(), cluster.helm(), cluster.limits(), progress, tenancy);
        InstalledLocations origins = new InstalledLocations(cluster.client(), tenancy);
        String name = what.revision == null ? String.valueOf(what.tag) : what.revision;
        Usergroup usergroup = what.revision == null ? origins.ofTag(name) : origins.ofRevision(name);
        if (usergroup == null) {
            page("nothing of it is there: " + name);
        } else if (what.revision == null) {
            removal.tag(usergroup, name);
        } else {
            removal.revision(usergroup, name);
        }
        return ExitCode.OK;
    }

    private int usergroup(String name, Tenancy tenancy, Cluster cluster, ProgressLines progress)
            throws IOException, ObstacleException, StoppedException {
        String namespace = new InstalledLocations(cluster.client(), tenancy).systemNamespace(name);
        if (namespace == null) {
            page("nothing of usergroup " + Quoted.bare(name) + " is there");
            return ExitCode.OK;
        }
        Report before = others(name, tenancy, cluster);
        if (!before.isVerified()) {
            page(before.count(Severity.ERROR)
                    + " errors in the other usergroups already (`marchwarden verify` shows them)");
        }
        new UsergroupRemoval(cluster.client(), cluster.helm(), cluster.limits(), progress, tenancy, name, namespace)
                .remove();
        List<Finding> wrong = othersAfter(name, tenancy, cluster).wrongSince(before);
        wrong.forEach(
                finding -> spec.commandLine().getErr().println("marchwarden: new in the other usergroups: " + finding));
        page("nothing of usergroup " + name + " is left; remove it from the tenancy, if it is still there");
        return wrong.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
    }

    /** How those are that stay. */
    private static Report others(String leaving, Tenancy tenancy, Cluster cluster) throws IOException {
        return new Verification(InstantSource.system()).verify(tenancy.without(leaving), cluster.client());
    }

    private static Report othersAfter(String removed, Tenancy tenancy, Cluster cluster) {
        try {
            return others(removed, tenancy, cluster);
        } catch (IOException e) {
            throw new Failure(
                    "usergroup " + removed + " was removed, but the others could not be verified afterwards: "
                            + e.getMessage() + " (expected: an API server that answers; run `marchwarden verify`)",
                    e);
        }
    }

    private void page(String text) {
        new Page(spec.commandLine()).text(text);
    }
}
