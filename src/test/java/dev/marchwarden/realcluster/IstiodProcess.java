package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A real istiod, on loopback ports, with the arguments and the environment that the chart gives it and as the service account of the chart. */
final class IstiodProcess implements AutoCloseable {
    private static final Duration TO_START = Duration.ofMinutes(1);

    /** It collects what changes for so long before it tells its proxies: a test waits for each change. */
    private static final String DEBOUNCE = "20ms";

    /** What an installation may have switched on: a field that is read by some is judged. */
    private static final List<String> FEATURES =
            List.of("ENABLE_TLS_ON_SIDECAR_INGRESS", "PILOT_ENABLE_ALPHA_GATEWAY_API");

    private final Daemon daemon;
    private final String revision;
    private final String namespace;
    private final int port;
    private final int httpPort;
    private final int monitoringPort;

    private IstiodProcess(
            Daemon daemon, String revision, String namespace, int port, int httpPort, int monitoringPort) {
        this.daemon = daemon;
        this.revision = revision;
        this.namespace = namespace;
        this.port = port;
        this.httpPort = httpPort;
        this.monitoringPort = monitoringPort;
    }

    /**
     * @param deployment as the chart renders it
     * @param kubeconfig of its service account
     */
    static IstiodProcess start(IstioRelease release, Path directory, JsonNode deployment, Path kubeconfig)
            throws Exception {
        String name = deployment.at("/metadata/name").asText();
        String namespace = deployment.at("/metadata/namespace").asText();
        JsonNode container = deployment.at("/spec/template/spec/containers/0");
        Map<String, String> environment = new TreeMap<>();
        container.path("env").forEach(one -> {
            if (one.has("value")) {
                environment.put(one.path("name").asText(), one.path("value").asText());
            }
        });
        environment.remove("KUBECONFIG");
        environment.put("POD_NAME", name + "-0");
        environment.put("POD_NAMESPACE", namespace);
        environment.put(
                "SERVICE_ACCOUNT",
                deployment.at("/spec/template/spec/serviceAccountName").asText());
        environment.put("PILOT_DEBOUNCE_AFTER", DEBOUNCE);
        FEATURES.forEach(feature -> environment.put(feature, "true"));

        int port = LoopbackPorts.free();
        int httpPort = LoopbackPorts.free();
        int monitoringPort = LoopbackPorts.free();
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        environment.forEach((key, value) -> command.add(key + "=" + value));
        command.add(release.pilotDiscovery().toString());
        container.path("args").forEach(argument -> command.add(argument.asText()));
        command.addAll(List.of(
                "--kubeconfig=" + kubeconfig,
                "--monitoringAddr=127.0.0.1:" + monitoringPort,
                "--httpAddr=127.0.0.1:" + httpPort,
                "--httpsAddr=127.0.0.1:" + LoopbackPorts.free(),
                "--grpcAddr=127.0.0.1:" + LoopbackPorts.free(),
                "--secureGRPCAddr=127.0.0.1:" + port,
                "--ctrlz_port=" + LoopbackPorts.free()));
        Path its = Files.createDirectories(directory.resolve(name));
        IstiodProcess started = new IstiodProcess(
                Daemon.start(name, its, command),
                environment.getOrDefault("REVISION", ""),
                namespace,
                port,
                httpPort,
                monitoringPort);
        try {
            started.awaitReady();
        } catch (Exception | AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void awaitReady() throws Exception {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            daemon.await("ready", TO_START, () -> {
                try {
                    return http.send(ready, BodyHandlers.discarding()).statusCode() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    /** Fails, with the end of its log, where it has ended: there are objects at which it does. */
    void requireRunning() throws IOException {
        daemon.requireRunning();
    }

    /** What it says of its proxies, without a token: at port 15014 of a pod, and at 8080. */
    List<String> syncStatus() throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int each : new int[] {monitoringPort, httpPort}) {
                HttpRequest asked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + each + "/debug/syncz"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
                answers.add(http.send(asked, BodyHandlers.ofString()).body());
            }
        }
        return answers;
    }

    String namespace() {
        return namespace;
    }

    String revision() {
        return revision;
    }

    /** For its proxies: mutual trust as theirs, by the root that it has made. */
    ManagedChannel channel(ClusterApi api) throws IOException, InterruptedException {
        String root = api.get("/api/v1/namespaces/" + namespace + "/secrets/istio-ca-secret")
                .at("/data/ca-cert.pem")
                .asText();
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .overrideAuthority("istiod-" + revision + "." + namespace + ".svc")
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(
                                new ByteArrayInputStream(Base64.getDecoder().decode(root.getBytes(UTF_8))))
                        .build())
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
