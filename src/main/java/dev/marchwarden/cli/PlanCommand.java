package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.PlanReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bootstrap plan}: what would be done. */
@Command(
        name = "plan",
        description = {
            "Shows the steps that `bootstrap apply` would take, and what blocks them. With --kubeconfig or --context, compares",
            "with that cluster. Otherwise assumes an empty cluster and contacts none."
        },
        exitCodeList = {
            "0:shown; with a cluster: nothing to do",
            "1:with a cluster: something to do, or something blocks it",
            "2:the control planes cannot be set up like this, or the cluster cannot be read"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden bootstrap plan --config tenancy.yaml",
            "  marchwarden bootstrap plan --config tenancy.yaml --kubeconfig ~/.kube/config",
            "  marchwarden bootstrap plan --config tenancy.yaml --istio-version usergroup-1-canary=1.31.0",
            "  marchwarden bootstrap plan --config tenancy.yaml --charts ./charts -o json"
        })
final class PlanCommand implements Callable<Integer> {
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
        PlanPage page = new PlanPage(spec.commandLine());
        if (!clusterOptions.namesCluster()) {
            Plan plan = Plan.of(desired.steps(), ClusterState.EMPTY);
            switch (format) {
                case json -> spec.commandLine().getOut().println(PlanReport.json(plan, "empty", List.of(), List.of()));
                case table -> page.plan("For an empty cluster (no cluster was contacted):", plan);
            }
            return ExitCode.OK;
        }
        try (Cluster cluster = Cluster.of(clusterOptions)) {
            Cluster.ClusterPlan clusterPlan = cluster.planFor(desired);
            switch (format) {
                case json ->
                    spec.commandLine()
                            .getOut()
                            .println(PlanReport.json(
                                    clusterPlan.plan(),
                                    "live",
                                    clusterPlan.findings().stream()
                                            .map(Object::toString)
                                            .toList(),
                                    clusterPlan.retired().stream()
                                            .map(Object::toString)
                                            .toList()));
                case table -> {
                    page.plan("Compared with the cluster:", clusterPlan.plan());
                    page.besides(clusterPlan.findings(), clusterPlan.retired());
                }
            }
            return clusterPlan.isAsWanted() && !clusterPlan.isBlocked() ? ExitCode.OK : ExitCode.FOUND;
        }
    }
}
