package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.Change;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.rollout.Rollout;
import dev.marchwarden.rollout.StoppedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bootstrap apply}: does what the plan shows. */
@Command(
        name = "apply",
        description = {
            "Applies what `bootstrap plan` shows, step by step, and waits for each step. Steps that are up to date",
            "are skipped, and nothing is removed. It can be interrupted and run again."
        },
        exitCodeList = {
            "0:everything is as planned",
            "1:something in the cluster blocks it; nothing was done",
            "2:a step failed, or the command could not start"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden bootstrap apply --config tenancy.yaml --kubeconfig ~/.kube/config",
            "  marchwarden bootstrap apply --config tenancy.yaml --charts oci://mirror.example.com/istio"
        })
final class ApplyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ControlPlaneOptions options;

    @Mixin
    private ClusterOptions clusterOptions;

    @Override
    public Integer call() throws Exception {
        DesiredState desired = options.desiredState();
        try (Cluster cluster = Cluster.of(clusterOptions)) {
            return Interruptible.call(() -> apply(desired, cluster));
        }
    }

    private int apply(DesiredState desired, Cluster cluster) {
        Cluster.ClusterPlan clusterPlan = cluster.planFor(desired);
        Page page = new Page(spec.commandLine());
        new PlanPage(spec.commandLine()).besides(clusterPlan.findings(), clusterPlan.retired());
        if (clusterPlan.isBlocked()) {
            page.text("nothing was done: fix the errors above, and run this again");
            return ExitCode.FOUND;
        }
        try (ProgressLines progress = new ProgressLines(spec.commandLine().getOut())) {
            new Rollout(cluster.client(), cluster.helm(), cluster.limits(), progress)
                    .apply(clusterPlan.plan(), clusterPlan.state());
        } catch (StoppedException e) {
            StopMessage.print(spec.commandLine().getErr(), e);
            return ExitCode.ERROR;
        }
        page.text("%d created, %d updated, %d unchanged"
                .formatted(
                        clusterPlan.plan().count(Change.Action.CREATE),
                        clusterPlan.plan().count(Change.Action.UPDATE),
                        clusterPlan.plan().count(Change.Action.NONE)));
        return ExitCode.OK;
    }
}
