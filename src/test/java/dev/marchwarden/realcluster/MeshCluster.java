package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A cluster with a node and without Istio, for {@code marchwarden bootstrap} and whatever comes after it. The guide's namespaces are there, with
 * workloads and without labels. Istio's real charts are installed where {@code ISTIO_CHARTS} names them, else those that stand in for them;
 * what their istiods would do is done by an {@link Istiod} each, as long as their pods run.
 *
 * <p>{@link #guide} gives one with both usergroups set up and the guide's namespaces assigned and injected.
 */
final class MeshCluster implements AutoCloseable {
    static final List<String> NAMESPACES = List.of("app-ns-1", "app-ns-2", "app-ns-3");

    private static final Path FIXTURES = Path.of("test-fixtures", "cluster").toAbsolutePath();
    private static final Path JAR = Path.of("target", "marchwarden.jar").toAbsolutePath();
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int WEBHOOK_PORT = 443;

    private final TestCluster cluster;
    private final ClusterApi api;
    private final Path tenancy;
    private final Kubelet kubelet;
    private final Istiods istiods;
    private final Reconciler node;
    private final Reconciler controlPlanes;
    private KubernetesTool helm = KubernetesTool.HELM;

    private MeshCluster(TestCluster cluster) throws Exception {
        this.cluster = cluster;
        this.api = cluster.controlPlane().api();
        this.tenancy = cluster.directory().resolve("tenancy.yaml");
        Files.copy(Path.of("test-fixtures/bootstrap/guide/tenancy.yaml"), tenancy);
        this.kubelet = new Kubelet(api);
        this.istiods = new Istiods(api);
        this.node = new Reconciler("kubelet", kubelet::look);
        this.controlPlanes = new Reconciler("istiods", istiods::look);
    }

    /**
     * Without any control plane. Skips the test where there are no binaries to start a cluster with.
     *
     * @param name of the directory below target/cluster for everything that is written
     */
    static MeshCluster open(String name) throws Exception {
        // An API server calls a webhook at the address of its Service, which no node is there to route: so Services get
        // addresses of loopback.
        String network = "127." + ThreadLocalRandom.current().nextInt(2, 250);
        TestCluster.require(
                canListen(network + ".255.254"),
                "needs to listen at port 443 of loopback addresses, where Services are (expected: root, or sysctl net.ipv4.ip_unprivileged_port_start=443)");
        TestCluster cluster = TestCluster.openWithoutIstio(name, "--service-cluster-ip-range=" + network + ".0.0/16");
        MeshCluster opened;
        try {
            TestCluster.require(cluster.hasControllers(), "needs kube-controller-manager beside kube-apiserver");
            opened = new MeshCluster(cluster);
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
        try {
            opened.populate();
            return opened;
        } catch (Exception | Error e) {
            opened.close();
            throw e;
        }
    }

    private void populate() throws IOException, InterruptedException {
        if (System.getenv("ISTIO_CHARTS") == null) {
            System.out.println("ISTIO_CHARTS is not set: the charts that stand in for Istio's are installed");
        }
        for (String namespace : NAMESPACES) {
            admin().must("create", "namespace", namespace);
            admin().must(
                            "apply",
                            "-n",
                            namespace,
                            "-f",
                            FIXTURES.resolve("sleep-httpbin.yaml").toString());
        }
    }

    /** With both usergroups of the guide, and its namespaces assigned, their workloads injected. */
    static MeshCluster guide(String name) throws Exception {
        MeshCluster opened = open(name);
        try {
            opened.bootstrap(0, "apply");
            opened.assignAll();
            return opened;
        } catch (Exception | Error e) {
            opened.close();
            throw e;
        }
    }

    /** As the guide has them: usergroup-1 the first, usergroup-2 the others. */
    static String usergroupOf(String namespace) {
        return namespace.equals("app-ns-1") ? "usergroup-1" : "usergroup-2";
    }

    private static boolean canListen(String address) {
        try (ServerSocket socket = new ServerSocket(WEBHOOK_PORT, 1, InetAddress.getByName(address))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    TestCluster cluster() {
        return cluster;
    }

    /** The cluster admin. */
    Kubectl admin() {
        return cluster.admin();
    }

    ClusterApi api() {
        return api;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    Istiods istiods() {
        return istiods;
    }

    /** The file, which may be written anew. */
    Path tenancy() {
        return tenancy;
    }

    /** From now on. */
    void useHelm(KubernetesTool tool) {
        helm = tool;
    }

    /** Runs {@code marchwarden} with any arguments, in a process of its own. */
    ToolRun marchwarden(String... arguments) throws IOException, InterruptedException {
        List<String> command = command(arguments);
        return ToolRun.of(
                Path.of(command.getFirst()),
                cluster.directory(),
                environment(),
                command.subList(1, command.size()),
                "");
    }

    private Map<String, String> environment() {
        return Map.of("HOME", cluster.directory().toString(), "PATH", String.valueOf(System.getenv("PATH")));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Runs a command of {@code marchwarden bootstrap} with this cluster, tenancy, helm and charts; fails where it ends otherwise. */
    ToolRun bootstrap(int exit, String command, String... more) throws IOException, InterruptedException {
        ToolRun run = marchwarden(arguments(command, more));
        assertThat(run.exit()).as(run.text()).isEqualTo(exit);
        return run;
    }

    /** The same, started and not waited for; its output is in {@code NAME.out} and {@code NAME.log}. A SIGINT reaches it in any case. */
    Daemon bootstrapping(String name, String command, String... more) throws IOException {
        // Whoever started us in the background has us ignore it, and our children too.
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
        all.addAll(command(arguments(command, more)));
        return Daemon.start(name, cluster.directory(), all);
    }

    private String[] arguments(String command, String... more) {
        List<String> all = new ArrayList<>(List.of("bootstrap", command));
        all.addAll(Arrays.asList(more));
        all.addAll(List.of("--config", tenancy.toString()));
        all.addAll(List.of("--kubeconfig", cluster.controlPlane().kubeconfig().toString()));
        if (!command.equals("assign")) {
            all.addAll(List.of("--helm", helm.path().toString(), "--timeout", "60"));
        }
        if (!command.equals("assign") && !command.equals("remove")) {
            all.addAll(List.of("--charts", charts().toString()));
        }
        return all.toArray(String[]::new);
    }

    /** Runs {@code marchwarden verify} with this cluster and tenancy; fails where it ends otherwise. */
    ToolRun verify(int exit, String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("verify", "--config", tenancy.toString()));
        all.addAll(List.of("--kubeconfig", cluster.controlPlane().kubeconfig().toString()));
        all.addAll(Arrays.asList(more));
        ToolRun run = marchwarden(all.toArray(String[]::new));
        assertThat(run.exit()).as(run.text()).isEqualTo(exit);
        return run;
    }

    private static Path charts() {
        String named = System.getenv("ISTIO_CHARTS");
        return Path.of(named == null ? "test-fixtures/istio-charts" : named).toAbsolutePath();
    }

    /** The guide's namespaces become members, and their workloads are restarted. */
    void assignAll() throws Exception {
        for (String namespace : NAMESPACES) {
            bootstrap(0, "assign", namespace, "--usergroup", usergroupOf(namespace), "--restart");
        }
        awaitRollouts(NAMESPACES);
    }

    /** Until no pod is left of those before. */
    void awaitRollouts(List<String> namespaces) throws Exception {
        for (String namespace : namespaces) {
            admin().must("rollout", "status", "deployment", "-n", namespace, "--timeout=60s");
        }
        await(
                "no pod ends any more",
                () -> api.list("/api/v1/pods").stream()
                        .noneMatch(pod -> pod.path("metadata").has("deletionTimestamp")));
    }

    /** Of a namespace, in the order of their names. */
    List<JsonNode> pods(String namespace) throws IOException, InterruptedException {
        return api.list("/api/v1/namespaces/" + namespace + "/pods");
    }

    /** Fails, with what the node and the istiods failed with, when it takes longer than it should. */
    void await(String what, Daemon.Check check) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        while (!check.holds()) {
            if (System.nanoTime() > end) {
                AssertionError late = new AssertionError("not within " + SOON.toSeconds() + " s: " + what);
                Stream.of(node, controlPlanes)
                        .map(Reconciler::failure)
                        .filter(failure -> failure != null)
                        .forEach(late::addSuppressed);
                throw late;
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws IOException {
        node.close();
        controlPlanes.close();
        istiods.close();
        api.close();
        cluster.close();
    }
}
