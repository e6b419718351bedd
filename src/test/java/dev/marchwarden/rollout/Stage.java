package dev.marchwarden.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.bootstrap.ByRevision;
import dev.marchwarden.bootstrap.ChartSource;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Egress;
import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.HelmCluster;
import dev.marchwarden.bootstrap.IstioVersion;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.Settings;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.tools.KubernetesTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A stand-in cluster, a real helm and the stand-in charts. */
final class Stage implements AutoCloseable {
    private static final List<String> PLURALS = List.of(
            "namespaces",
            "secrets",
            "configmaps",
            "services",
            "serviceaccounts",
            "deployments",
            "leases",
            "clusterroles",
            "networkpolicies",
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "peerauthentications",
            "authorizationpolicies",
            "serviceentries",
            "gatewayclasses");

    final StandInApiServer api = StandInApiServer.start();
    final ClusterClient cluster;
    final Helm helm;
    final Path kubeconfig;
    final List<String> told = new ArrayList<>();

    Stage(Path directory) throws Exception {
        api.runWorkloads();
        api.runIstiods();
        api.permit(spec -> true);
        kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
        cluster = new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig), Duration.ofSeconds(10));
        helm = Helm.find(KubernetesTool.HELM.path(), "", new HelmCluster(List.of(kubeconfig), ""));
    }

    static Usergroup usergroup(String name, List<String> revisions, Map<String, String> tags) {
        return new Usergroup(name, name, revisions, tags, Subjects.NOBODY, Subjects.NOBODY, Isolation.USERGROUP);
    }

    static DesiredState desired(Usergroup... usergroups) throws Exception {
        return desired(Map.of(), usergroups);
    }

    /** @param members for a closed list of identities */
    static DesiredState desired(Map<String, List<String>> members, Usergroup... usergroups) throws Exception {
        Settings settings = new Settings(
                ByRevision.all(IstioVersion.DEFAULT),
                ByRevision.all(ChartSource.parse("test-fixtures/istio-charts")),
                Map.of(),
                Egress.REGISTRY_ONLY,
                members);
        return DesiredState.of(Tenancy.of(Arrays.asList(usergroups)), settings);
    }

    Plan plan(DesiredState desired) throws Exception {
        return Plan.of(desired.steps(), state(desired));
    }

    ClusterState state(DesiredState desired) throws Exception {
        return new ClusterReader(cluster, helm).read(desired.steps());
    }

    WaitLimits limits() {
        return new WaitLimits(Duration.ofSeconds(20), Duration.ofMillis(20));
    }

    void apply(DesiredState desired) throws Exception {
        apply(desired, new Told(told, 0));
    }

    void apply(DesiredState desired, Progress progress) throws Exception {
        ClusterState state = state(desired);
        new Rollout(cluster, helm, limits(), progress).apply(Plan.of(desired.steps(), state), state);
    }

    List<Finding> findings(DesiredState desired) throws Exception {
        ClusterState state = state(desired);
        return new Preflight(cluster)
                .findings(desired, state, Plan.of(desired.steps(), state), ClusterInventory.of(cluster));
    }

    /** Everything there is, by what names it, without what changes with each write. */
    Map<String, JsonNode> everything() {
        Map<String, JsonNode> all = new TreeMap<>();
        for (String plural : PLURALS) {
            for (ObjectNode object : api.all(plural)) {
                ObjectNode copy = object.deepCopy();
                copy.withObject("/metadata").remove(List.of("resourceVersion", "managedFields", "generation"));
                all.put(plural + " " + ObjectMetadata.namespace(copy) + "/" + ObjectMetadata.name(copy), copy);
            }
        }
        return all;
    }

    /** Takes down what it is told, and interrupts the work after so many steps. */
    static final class Told implements Progress {
        private final List<String> lines;
        private final int interruptAfter;
        private int changed;

        Told(List<String> lines, int interruptAfter) {
            this.lines = lines;
            this.interruptAfter = interruptAfter;
        }

        @Override
        public void begins(int number, int total, String name) {
            lines.add(number + "/" + total + " " + name);
        }

        @Override
        public void does(String what) {
            lines.add(what);
        }

        @Override
        public void waits(String what) {
            lines.add("waits for " + what);
        }

        @Override
        public void ends(Duration elapsed, boolean didChange) {
            changed += didChange ? 1 : 0;
            if (changed == interruptAfter && didChange) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        cluster.close();
        api.close();
    }
}
