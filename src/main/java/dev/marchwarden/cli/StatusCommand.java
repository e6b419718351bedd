package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.rollout.ControlPlaneStatus;
import dev.marchwarden.rollout.StatusReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bootstrap status}: how the control planes are, in short. */
@Command(
        name = "status",
        description = {
            "Shows the state of the control planes in a cluster. Prints a line for each revision with the number of its",
            "namespaces and tags, the steps that differ from the plan, and what is no longer in the tenancy."
        },
        exitCodeList = {"0:everything is as planned", "1:something differs", "2:the cluster cannot be read"},
        footer = {"", "Example:", "  marchwarden bootstrap status --config tenancy.yaml --kubeconfig ~/.kube/config"})
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ControlPlaneOptions options;

    @Mixin
    private ClusterOptions clusterOptions;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Override
    public Integer call() {
        DesiredState desired = options.desiredState();
        try (Cluster cluster = Cluster.of(clusterOptions)) {
            Cluster.ClusterPlan clusterPlan = cluster.planFor(desired);
            List<ControlPlaneStatus> all = ControlPlaneStatus.of(
                    desired.tenancy(), clusterPlan.state(), clusterPlan.survey(), cluster.client());
            boolean well = clusterPlan.isAsWanted()
                    && !clusterPlan.isBlocked()
                    && clusterPlan.retired().isEmpty()
                    && all.stream().allMatch(ControlPlaneStatus::isAvailable);
            switch (format) {
                case json ->
                    spec.commandLine()
                            .getOut()
                            .println(StatusReport.json(
                                    well, all, clusterPlan.plan(), clusterPlan.findings(), clusterPlan.retired()));
                case table -> table(all, clusterPlan);
            }
            return well ? ExitCode.OK : ExitCode.FOUND;
        } catch (IOException e) {
            throw Cluster.unreadable(e);
        }
    }

    private void table(List<ControlPlaneStatus> all, Cluster.ClusterPlan clusterPlan) {
        Page page = new Page(spec.commandLine());
        all.forEach(status -> page.text(status.toString()));
        page.blank();
        PlanPage plan = new PlanPage(spec.commandLine());
        plan.toDo(clusterPlan.plan());
        page.text(PlanPage.summary(clusterPlan.plan()));
        plan.besides(clusterPlan.findings(), clusterPlan.retired());
    }
}
