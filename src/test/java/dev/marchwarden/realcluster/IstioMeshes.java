package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import io.grpc.ManagedChannel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The guide's two usergroups on a real API server, each with a real istiod, set up by what {@code bootstrap} writes and Istio's own charts, and
 * with proxies connected: sidecars and gateways, as {@code test-fixtures/judged/meshes.yaml} has their pods. There is no Marchwarden: what is
 * written is in force.
 */
final class IstioMeshes implements AutoCloseable {
    static final List<String> USERGROUPS = List.of("usergroup-1", "usergroup-2");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Path GUIDE =
            Path.of("test-fixtures/bootstrap/guide/tenancy.yaml").toAbsolutePath();
    private static final Path MESHES =
            Path.of("test-fixtures/judged/meshes.yaml").toAbsolutePath();

    /** Of these nobody is there to answer, or they would have the cluster make more than there is. */
    private static final Set<String> LEFT_OUT = Set.of(
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
            "Deployment",
            "HorizontalPodAutoscaler",
            "PodDisruptionBudget");

    private static final JsonNode NOW = ClusterApi.JSON.createObjectNode().put("gracePeriodSeconds", 0);
    private static final long QUIET_NANOS = 60_000_000;
    private static final long LATE_NANOS = 30_000_000_000L;

    private final TestCluster cluster;
    private final Path tenancy;
    private final ClusterApi api;
    private final String istioVersion;
    private final Path bootstrap;
    private final List<IstiodProcess> istiods = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<XdsProxy> proxies = new ArrayList<>();
    private final List<JsonNode> applied = new ArrayList<>();
    private int marker;

    private IstioMeshes(TestCluster cluster, Path tenancy, String istioVersion) throws Exception {
        this.cluster = cluster;
        this.tenancy = tenancy;
        this.api = cluster.controlPlane().api();
        this.istioVersion = istioVersion;
        this.bootstrap = cluster.directory().resolve("bootstrap");
    }

    /**
     * Skips the test where binaries or charts are missing.
     *
     * @param name of the directory below target/cluster for everything that is written
     */
    static IstioMeshes open(String name) throws Exception {
        return open(name, GUIDE);
    }

    /** @param tenancy the file of another one with the guide's usergroups */
    static IstioMeshes open(String name, Path tenancy) throws Exception {
        IstioRelease release = IstioRelease.require();
        TestCluster cluster = TestCluster.openEmpty(name);
        IstioMeshes meshes;
        try {
            TestCluster.require(cluster.hasControllers(), "needs kube-controller-manager beside kube-apiserver");
            meshes = new IstioMeshes(cluster, tenancy.toAbsolutePath(), release.version());
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
        try {
            meshes.setUp(release);
            return meshes;
        } catch (Exception | Error e) {
            meshes.close();
            throw e;
        }
    }

    private void setUp(IstioRelease release) throws Exception {
        renderBootstrap();
        apply(documents(release.gatewayDefinitions()).stream()
                .filter(object -> object.path("kind").asText().equals("CustomResourceDefinition"))
                .toList());
        apply(render(release.charts().resolve("base"), "istio-system", bootstrap.resolve("values/base.yaml")));
        for (String usergroup : USERGROUPS) {
            setUp(usergroup, release);
        }
        List<JsonNode> objects = documents(Files.readString(MESHES));
        apply(objects);
        keepCertificates();
        for (JsonNode pod : objects) {
            if (pod.path("kind").asText().equals("Pod")) {
                run(pod);
            }
        }
        connect(objects);
    }

    private void setUp(String usergroup, IstioRelease release) throws Exception {
        Path manifests = bootstrap.resolve("manifests").resolve(usergroup);
        apply(documents(Files.readString(manifests.resolve("namespace.yaml"))));
        String istiod = "istiod-" + usergroup;
        List<JsonNode> rendered = render(
                release.charts().resolve("istiod"),
                usergroup,
                bootstrap.resolve("values").resolve(usergroup).resolve(istiod + ".yaml"));
        apply(rendered);
        for (String file : List.of("strict-mtls.yaml", "identities.yaml", "shared-services.yaml")) {
            apply(documents(Files.readString(manifests.resolve(file))));
        }
        JsonNode deployment = rendered.stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow();
        String token = admin().must("create", "token", istiod, "--namespace=" + usergroup, "--duration=24h")
                .strip();
        istiods.add(IstiodProcess.start(release, cluster.directory(), deployment, cluster.kubeconfig(token)));
    }

    /** In a process of its own, as a person would. */
    private void renderBootstrap() throws IOException, InterruptedException {
        String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        ToolRun run = ToolRun.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                cluster.directory(),
                Map.of(),
                List.of(
                        "-cp",
                        classes,
                        "dev.marchwarden.cli.Marchwarden",
                        "bootstrap",
                        "render",
                        "--config=" + tenancy,
                        "--out=" + bootstrap),
                "");
        if (!run.succeeded()) {
            throw new AssertionError(run.text());
        }
    }

    private List<JsonNode> render(Path chart, String namespace, Path values) throws Exception {
        ToolRun run = ToolRun.of(
                KubernetesTool.HELM,
                cluster.directory(),
                cluster.controlPlane().kubeconfig(),
                List.of(
                        "template",
                        values.getFileName().toString().replace(".yaml", ""),
                        chart.toString(),
                        "--namespace=" + namespace,
                        "--values=" + values));
        if (!run.succeeded()) {
            throw new AssertionError(chart + ": " + run.text());
        }
        return documents(run.out());
    }

    static List<JsonNode> documents(String yaml) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        }
    }

    private void apply(List<JsonNode> objects) throws Exception {
        List<JsonNode> those = objects.stream()
                .filter(object -> !LEFT_OUT.contains(object.path("kind").asText()))
                .toList();
        applied.addAll(those);
        for (boolean first : new boolean[] {true, false}) { // what others are in or of
            ObjectNode list =
                    ClusterApi.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
            list.putArray("items")
                    .addAll(those.stream()
                            .filter(object -> isFirst(object) == first)
                            .toList());
            if (!list.path("items").isEmpty()) {
                admin().mustReading(list.toString(), "apply", "--server-side", "-f", "-");
            }
        }
    }

    private static boolean isFirst(JsonNode object) {
        String kind = object.path("kind").asText();
        return kind.equals("Namespace") || kind.equals("CustomResourceDefinition");
    }

    /** In each namespace a Secret, whose name is the same in all. */
    private void keepCertificates() throws Exception {
        TlsDirectory tls = new TlsDirectory(cluster.directory().resolve("certificate"), InstantSource.system());
        tls.issue(Set.of("www.example.com"), false);
        for (JsonNode namespace : namespaces()) {
            ObjectNode secret = ClusterApi.JSON.createObjectNode();
            secret.put("apiVersion", "v1").put("kind", "Secret").put("type", "kubernetes.io/tls");
            secret.putObject("metadata")
                    .put("name", "certificate")
                    .put("namespace", namespace.at("/metadata/name").asText());
            secret.putObject("stringData")
                    .put("tls.crt", Files.readString(tls.path().resolve(TlsDirectory.CERTIFICATE)))
                    .put("tls.key", Files.readString(tls.path().resolve(TlsDirectory.KEY)))
                    .put("ca.crt", Files.readString(tls.path().resolve(TlsDirectory.CA_CERTIFICATE)));
            apply(List.of(secret));
        }
    }

    /** As a node would say of it. */
    private void run(JsonNode pod) throws IOException, InterruptedException {
        String address = pod.at("/status/podIP").asText();
        ObjectNode patch = ClusterApi.JSON.createObjectNode();
        ObjectNode status = patch.putObject("status").put("phase", "Running").put("podIP", address);
        status.putArray("podIPs").addObject().put("ip", address);
        status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
        api.patch(
                "/api/v1/namespaces/" + pod.at("/metadata/namespace").asText() + "/pods/"
                        + pod.at("/metadata/name").asText() + "/status",
                "merge",
                patch);
    }

    private void connect(List<JsonNode> objects) throws Exception {
        Map<String, ManagedChannel> byUsergroup = new TreeMap<>();
        for (IstiodProcess istiod : istiods) {
            ManagedChannel channel = istiod.channel(api);
            channels.add(channel);
            byUsergroup.put(istiod.namespace(), channel);
        }
        Map<String, String> tokens = new TreeMap<>();
        for (JsonNode pod : objects) {
            String kind = pod.at("/metadata/labels/proxy").asText();
            if (pod.path("kind").asText().equals("Pod") && !kind.isEmpty()) {
                Map<String, String> labels = new TreeMap<>();
                pod.at("/metadata/labels")
                        .properties()
                        .forEach(label ->
                                labels.put(label.getKey(), label.getValue().asText()));
                ProxyIdentity identity = new ProxyIdentity(
                        labels.getOrDefault("usergroup", ""),
                        pod.at("/metadata/namespace").asText(),
                        pod.at("/metadata/name").asText(),
                        pod.at("/status/podIP").asText(),
                        kind.equals("router"),
                        labels);
                String namespace = identity.namespace();
                if (!tokens.containsKey(namespace)) {
                    tokens.put(namespace, token(namespace));
                }
                XdsProxy proxy = new XdsProxy(identity, istioVersion, XdsProxy.Manner.ACCEPTS);
                proxies.add(proxy);
                proxy.connect(
                        Objects.requireNonNull(byUsergroup.get(identity.usergroup()), identity.usergroup()),
                        Objects.requireNonNull(tokens.get(namespace), namespace));
            }
        }
        settle();
        long end = System.nanoTime() + LATE_NANOS;
        for (XdsProxy proxy : proxies) {
            while (!proxy.isServed()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(proxy.identity() + " has not all that it asked for");
                }
                Thread.sleep(50);
            }
        }
    }

    /** For proxies that run as the namespace's default service account. */
    private String token(String namespace) throws IOException, InterruptedException {
        return admin().must(
                        "create",
                        "token",
                        "default",
                        "--namespace=" + namespace,
                        "--audience=istio-ca",
                        "--duration=24h")
                .strip();
    }

    /** One more, of the first usergroup, that has no pod and no part in what {@link #configurations} gives. */
    XdsProxy connect(ProxyIdentity identity, XdsProxy.Manner manner) throws Exception {
        XdsProxy proxy = new XdsProxy(identity, istioVersion, manner);
        proxy.connect(channels.getFirst(), token(identity.namespace()));
        return proxy;
    }

    /** Of the first usergroup. */
    IstiodProcess istiod() {
        return istiods.getFirst();
    }

    /** The cluster admin. */
    Kubectl admin() {
        return cluster.admin();
    }

    ClusterApi api() {
        return api;
    }

    /** That of the program. */
    String istioVersion() {
        return istioVersion;
    }

    Path directory() {
        return cluster.directory();
    }

    /** The path of the object; null where it was not taken. */
    @Nullable
    String write(ObjectNode object) throws IOException, InterruptedException {
        String version = object.path("apiVersion").asText();
        String namespace = object.at("/metadata/namespace").asText();
        String collection = (version.contains("/") ? "/apis/" : "/api/")
                + version
                + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                + "/"
                + CustomResources.plural(object.path("kind").asText());
        boolean taken;
        try {
            taken = api.create(collection, object);
        } catch (IOException e) {
            return null;
        }
        if (!taken) {
            return null;
        }
        String path = collection + "/" + object.at("/metadata/name").asText();
        if (object.has("status")) {
            ObjectNode status = ClusterApi.JSON.createObjectNode();
            status.set("status", object.get("status"));
            api.patch(path + "/status", "merge", status);
        }
        return path;
    }

    void delete(String path) throws IOException, InterruptedException {
        api.delete(path, NOW);
    }

    /** What was written to set all up. */
    List<JsonNode> objects() {
        return List.copyOf(applied);
    }

    /** Sets a label of a namespace. */
    void label(String namespace, String key, String value) throws IOException, InterruptedException {
        ObjectNode patch = ClusterApi.JSON.createObjectNode();
        patch.putObject("metadata").putObject("labels").put(key, value);
        api.patch("/api/v1/namespaces/" + namespace, "merge", patch);
    }

    /** Of the meshes and of their control planes. */
    List<JsonNode> namespaces() throws IOException {
        List<JsonNode> namespaces = new ArrayList<>(documents(Files.readString(MESHES)));
        for (String usergroup : USERGROUPS) {
            namespaces.addAll(
                    documents(Files.readString(bootstrap.resolve("manifests/" + usergroup + "/namespace.yaml"))));
        }
        namespaces.removeIf(object -> !object.path("kind").asText().equals("Namespace"));
        return namespaces;
    }

    /** By proxy, once istiods have told all that was written before. */
    Map<ProxyIdentity, ProxyConfiguration> configurations() throws Exception {
        try {
            settle();
        } catch (IllegalStateException e) {
            for (IstiodProcess istiod : istiods) {
                istiod.requireRunning();
            }
            throw e;
        }
        Map<ProxyIdentity, ProxyConfiguration> all = new LinkedHashMap<>();
        proxies.forEach(proxy -> all.put(proxy.identity(), proxy.configuration()));
        return all;
    }

    /**
     * Until proxies that see everything of their mesh have been told of something that is written now, and nobody is told anything any more. An
     * istiod hears of each kind of object by a watch of its own: what was written before gets a head start.
     */
    private void settle() throws Exception {
        Thread.sleep(40);
        marker++;
        String host = "marker-" + marker + ".example.com";
        for (String usergroup : USERGROUPS) {
            ObjectNode patch = ClusterApi.JSON.createObjectNode();
            patch.putObject("spec").putArray("hosts").add(host);
            String path = "/apis/networking.istio.io/v1/namespaces/" + usergroup + "/serviceentries";
            if (!api.patch(path + "/marker", "merge", patch)) {
                api.create(path, ClusterApi.JSON.readTree("""
                        {"apiVersion": "networking.istio.io/v1", "kind": "ServiceEntry", "metadata": {"name": "marker"},
                        "spec": {"hosts": ["%s"], "exportTo": ["*"], "resolution": "NONE",
                        "ports": [{"number": %d, "name": "tcp", "protocol": "TCP"}]}}
                        """.formatted(host, XdsProxy.MARKER_PORT)));
            }
        }
        long end = System.nanoTime() + LATE_NANOS;
        String cluster = "outbound|" + XdsProxy.MARKER_PORT + "||" + host;
        for (XdsProxy proxy : proxies) {
            while ((USERGROUPS.contains(proxy.identity().namespace()) && !proxy.hasCluster(cluster))
                    || proxy.quietFor() < QUIET_NANOS) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(proxy.identity() + " has not been told of " + cluster);
                }
                Thread.sleep(5);
            }
        }
    }

    @Override
    public void close() throws IOException {
        proxies.forEach(XdsProxy::close);
        channels.forEach(ManagedChannel::shutdownNow);
        istiods.forEach(IstiodProcess::close);
        api.close();
        cluster.close();
    }
}
