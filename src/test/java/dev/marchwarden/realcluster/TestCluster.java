package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A cluster to try things in, with the kinds of Istio and the Gateway API: one that is started for it from {@code KUBEBUILDER_ASSETS}, or that
 * of {@code KUBECONFIG}, from which all is taken away again that was not there before. That must be a cluster that nobody else uses.
 */
final class TestCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDERS = Path.of("target", "cluster").toAbsolutePath();
    private static final String LOOPBACK = "127.0.0.1";

    private final Path directory;
    private final Kubectl admin;
    private final @Nullable ControlPlane own;
    private final Set<String> namespacesBefore;

    private TestCluster(Path directory, Kubectl admin, @Nullable ControlPlane own) throws Exception {
        this.directory = directory;
        this.admin = admin;
        this.own = own;
        this.namespacesBefore = Set.copyOf(namespaces());
    }

    /**
     * Skips the test where neither variable is set.
     *
     * @param name of the directory below target/cluster for everything that is written, to be looked at afterwards
     */
    static TestCluster open(String name) throws Exception {
        Path directory = emptied(FOLDERS.resolve(name));
        Optional<ClusterBinaries> binaries = ClusterBinaries.find();
        TestCluster cluster = binaries.isPresent() ? start(binaries.get(), directory) : given(directory);
        try {
            cluster.define(CustomResources.all());
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /** One that may be broken: it is started for the test. Skips the test where that cannot be. */
    static TestCluster openOwn(String name) throws Exception {
        requireBinaries();
        return open(name);
    }

    /**
     * One that is started for the test and has none of Istio's kinds, and of the Gateway API those alone. Skips the test where that cannot be.
     *
     * @param moreFlags of kube-apiserver
     */
    static TestCluster openWithoutIstio(String name, String... moreFlags) throws Exception {
        requireBinaries();
        Path directory = emptied(FOLDERS.resolve(name));
        TestCluster cluster = start(ClusterBinaries.find().orElseThrow(), directory, moreFlags);
        try {
            cluster.define(CustomResources.ofGroup("gateway.networking.k8s.io"));
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /** One that is started for the test and has no kinds but Kubernetes' own. Skips the test where that cannot be. */
    static TestCluster openEmpty(String name) throws Exception {
        requireBinaries();
        return start(ClusterBinaries.find().orElseThrow(), emptied(FOLDERS.resolve(name)));
    }

    private static void requireBinaries() {
        require(
                ClusterBinaries.find().isPresent(),
                "needs a control plane of its own; set KUBEBUILDER_ASSETS to a directory with etcd and kube-apiserver");
    }

    /** Says why a test is skipped also to those who read no reports. */
    static void require(boolean there, String otherwise) {
        if (!there) {
            System.out.println("skipped: " + otherwise);
            Assumptions.abort(otherwise);
        }
    }

    private static Path emptied(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> old = Files.walk(directory)) {
                for (Path each : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        return Files.createDirectories(directory);
    }

    private static TestCluster start(ClusterBinaries binaries, Path directory, String... moreFlags) throws Exception {
        ControlPlane started = ControlPlane.start(binaries, directory.resolve("control-plane"), moreFlags);
        return new TestCluster(directory, Kubectl.of(started.kubeconfig(), directory), started);
    }

    private static TestCluster given(Path directory) throws Exception {
        require(
                System.getenv("KUBECONFIG") != null,
                "no cluster: set KUBEBUILDER_ASSETS to a directory with etcd and kube-apiserver, or KUBECONFIG");
        return new TestCluster(directory, Kubectl.ofEnvironment(directory), null);
    }

    /** Fails where one of them is there already: it is not ours to delete. */
    private void define(ObjectNode definitions) throws Exception {
        admin.mustReading(definitions.toString(), "create", "-f", "-");
        List<String> wait = new ArrayList<>(List.of("wait", "--for=condition=Established", "--timeout=60s"));
        for (JsonNode definition : definitions.path("items")) {
            wait.add("crd/" + definition.at("/metadata/name").asText());
        }
        admin.must(wait.toArray(String[]::new));
    }

    Path directory() {
        return directory;
    }

    /** The cluster admin. */
    Kubectl admin() {
        return admin;
    }

    ControlPlane controlPlane() {
        if (own == null) {
            throw new IllegalStateException("this control plane is not ours");
        }
        return own;
    }

    /** Whether somebody deletes what is in a namespace that is deleted, and gives it a service account. */
    boolean hasControllers() {
        return own == null || own.hasControllers();
    }

    /** The name or address by which the API server reaches this machine. */
    String webhookHost() {
        String host = System.getenv("MARCHWARDEN_WEBHOOK_HOST");
        return own != null || host == null || host.isBlank() ? LOOPBACK : host;
    }

    /** The address to listen at for that. */
    String listenHost() {
        return webhookHost().equals(LOOPBACK) ? LOOPBACK : "0.0.0.0";
    }

    /** A kubeconfig for whoever has a token of a service account. */
    Path kubeconfig(String token) throws IOException, InterruptedException {
        ObjectNode config = (ObjectNode)
                JSON.readTree(admin.must("config", "view", "--raw", "--minify", "--flatten", "--output=json"));
        ((ObjectNode) config.at("/users/0")).putObject("user").put("token", token);
        return Files.writeString(Files.createTempFile(directory, "token", ".kubeconfig"), config.toString());
    }

    private List<String> namespaces() throws IOException, InterruptedException {
        return admin.must("get", "namespaces", "--output=name").lines().toList();
    }

    @Override
    public void close() throws IOException {
        if (own != null) {
            own.close();
            return;
        }
        try {
            takeAway();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAway() throws IOException, InterruptedException {
        List<String> made = new ArrayList<>(namespaces());
        made.removeAll(namespacesBefore);
        if (!made.isEmpty()) {
            made.addAll(0, List.of("delete", "--ignore-not-found"));
            admin.must(made.toArray(String[]::new));
        }
        admin.mustReading(CustomResources.all().toString(), "delete", "--ignore-not-found", "-f", "-");
        admin.must("delete", "clusterrolebindings,clusterroles", "--selector=marchwarden.dev/test");
    }
}
