package dev.marchwarden.realcluster;

import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.Trust;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Marchwarden in front of a cluster: the server runs here, as a service account that has the chart's rights and no others, and the chart's
 * webhook configurations point at it.
 */
final class Installation implements AutoCloseable {
    static final String NAMESPACE = "marchwarden-system";

    private static final String NAME = "marchwarden";
    private static final Path CHART = Path.of("charts", "marchwarden").toAbsolutePath();
    private static final Duration IN_FORCE = Duration.ofSeconds(30);
    private static final String PROBE = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: marchwarden-probe, labels: {usergroup: "", istio.io/rev: ""}}
            """;

    private final TestCluster cluster;
    private final TlsDirectory tls;
    private final List<String> arguments;
    private final int port = LoopbackPorts.free();
    private final Thread hook = new Thread(this::takeAway, "takes the webhooks away");
    private WebhookProcess server;

    /**
     * @param tenancy file
     * @param settings values of the chart, as {@code --set} has them
     */
    Installation(TestCluster cluster, Path tenancy, String... settings) throws Exception {
        this.cluster = cluster;
        Kubectl admin = cluster.admin();
        admin.must("create", "namespace", NAMESPACE);
        admin.mustReading(rendered("--show-only=templates/rbac.yaml"), "apply", "-f", "-");
        String token = admin.must("create", "token", NAME, "--namespace=" + NAMESPACE, "--duration=2h");
        this.tls = new TlsDirectory(cluster.directory().resolve("webhook-tls"), InstantSource.system());
        tls.issue(Set.of(cluster.webhookHost(), "localhost"), false);
        this.arguments = List.of(
                "--config",
                tenancy.toAbsolutePath().toString(),
                "--kubeconfig",
                cluster.kubeconfig(token.strip()).toString(),
                "--tls-dir",
                tls.path().toString());
        this.server = startServer();
        // Nothing is left behind in somebody's cluster that stops its writes once we are gone.
        Runtime.getRuntime().addShutdownHook(hook);
        admin.mustReading(webhooks(settings), "apply", "-f", "-");
        server.await("in force", IN_FORCE, () -> {
            ToolRun probe = admin.reading(PROBE, List.of("create", "--dry-run=server", "-f", "-"));
            return probe.err().contains("unknown-usergroup");
        });
    }

    private String webhooks(String... settings) throws IOException, InterruptedException {
        byte[] authority = Files.readAllBytes(tls.path().resolve(TlsDirectory.CA_CERTIFICATE));
        List<String> all = new ArrayList<>(List.of(
                "--set=webhook.url=https://" + cluster.webhookHost() + ":" + port,
                "--set=webhook.caBundle=" + Base64.getEncoder().encodeToString(authority)));
        Arrays.stream(settings).map(setting -> "--set=" + setting).forEach(all::add);
        return rendered(all.toArray(String[]::new));
    }

    private String rendered(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "template",
                NAME,
                CHART.toString(),
                "--namespace=" + NAMESPACE,
                "--set=image.repository=registry.example.com/marchwarden"));
        all.addAll(Arrays.asList(arguments));
        Map<String, String> environment = Map.of("HOME", cluster.directory().toString());
        ToolRun run = ToolRun.of(KubernetesTool.HELM.path(), cluster.directory(), environment, all, "");
        if (!run.succeeded()) {
            throw new AssertionError("helm " + String.join(" ", all) + ": " + run.text());
        }
        return run.out();
    }

    private WebhookProcess startServer() throws Exception {
        return WebhookProcess.start(NAME, cluster.directory(), cluster.listenHost() + ":" + port, arguments);
    }

    WebhookProcess server() {
        return server;
    }

    /** To ask it without the API server. */
    ReviewClient client() throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(tls.path().resolve(TlsDirectory.CA_CERTIFICATE))) {
            X509Certificate authority =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new ReviewClient(Trust.in(authority), port);
        }
    }

    /** Starts it again, where it was, after it was stopped or killed. */
    void restartServer() throws Exception {
        server = startServer();
    }

    private void takeAway() {
        try {
            cluster.admin()
                    .run(
                            "delete",
                            "--ignore-not-found",
                            "validatingwebhookconfigurations/" + NAME,
                            "mutatingwebhookconfigurations/" + NAME,
                            "clusterrolebindings/" + NAME,
                            "clusterroles/" + NAME);
        } catch (IOException e) {
            // with the cluster they are gone as well
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        takeAway();
        Runtime.getRuntime().removeShutdownHook(hook);
        server.close();
    }
}
