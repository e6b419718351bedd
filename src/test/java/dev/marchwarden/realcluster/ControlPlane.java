package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.server.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * etcd, kube-apiserver and kube-controller-manager on this machine: a cluster without nodes, reachable from here only. Its flags are those
 * that have been the same for many releases. Everybody is the cluster admin by a token, and others by impersonation.
 */
final class ControlPlane implements AutoCloseable {
    private static final Duration TO_START = Duration.ofMinutes(2);
    private static final String TOKEN = "admin-of-a-test-cluster";
    private static final String CONTROLLERS_TOKEN = "controllers-of-a-test-cluster";
    private static final Set<String> HOSTS =
            Set.of("127.0.0.1", "10.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc");

    private final ClusterBinaries binaries;
    private final Path directory;
    private final int etcdPort = LoopbackPorts.free();
    private final int port = LoopbackPorts.free();
    private final TlsDirectory tls;
    private final Path kubeconfig;
    private final List<String> moreFlags;
    private @Nullable Daemon etcd;
    private @Nullable Daemon apiServer;
    private @Nullable Daemon controllerManager;

    private ControlPlane(ClusterBinaries binaries, Path directory, List<String> moreFlags) throws IOException {
        this.binaries = binaries;
        this.directory = Files.createDirectories(directory);
        this.moreFlags = List.copyOf(moreFlags);
        this.tls = new TlsDirectory(directory.resolve("tls"), InstantSource.system());
        this.kubeconfig = directory.resolve("admin.kubeconfig");
    }

    /** @param moreFlags of kube-apiserver */
    static ControlPlane start(ClusterBinaries binaries, Path directory, String... moreFlags) throws Exception {
        ControlPlane started = new ControlPlane(binaries, directory, List.of(moreFlags));
        try {
            started.start();
        } catch (Exception | AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void start() throws Exception {
        tls.issue(HOSTS, false);
        Files.writeString(directory.resolve("service-accounts.key"), newKey());
        Files.writeString(directory.resolve("tokens.csv"), """
                %s,cluster-admin,1,"system:masters"
                %s,system:kube-controller-manager,2
                """.formatted(TOKEN, CONTROLLERS_TOKEN));
        KubeconfigFile server = new KubeconfigFile("https://127.0.0.1:" + port, authority());
        server.write(kubeconfig, TOKEN);
        startEtcd();
        startApiServer();
        if (binaries.hasControllerManager()) {
            Path controllers = directory.resolve("controllers.kubeconfig");
            server.write(controllers, CONTROLLERS_TOKEN);
            controllerManager = Daemon.start(
                    "kube-controller-manager",
                    directory,
                    List.of(
                            binaries.controllerManager().toString(),
                            "--kubeconfig=" + controllers,
                            "--root-ca-file=" + authority(),
                            "--use-service-account-credentials=true",
                            "--leader-elect=false",
                            "--bind-address=127.0.0.1",
                            "--secure-port=" + LoopbackPorts.free(),
                            "--cert-dir=" + directory.resolve("controllers")));
        }
    }

    private void startEtcd() throws Exception {
        String clients = "http://127.0.0.1:" + etcdPort;
        String peers = "http://127.0.0.1:" + LoopbackPorts.free();
        etcd = Daemon.start(
                "etcd",
                directory,
                List.of(
                        binaries.etcd().toString(),
                        "--data-dir=" + directory.resolve("etcd"),
                        "--listen-client-urls=" + clients,
                        "--advertise-client-urls=" + clients,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers));
        HttpRequest health = HttpRequest.newBuilder(URI.create(clients + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            etcd.await("healthy", TO_START, () -> {
                try {
                    return http.send(health, BodyHandlers.discarding()).statusCode() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    /** At the same address as ever, with the same data. */
    void startApiServer() throws Exception {
        Path accounts = directory.resolve("service-accounts.key");
        List<String> command = new ArrayList<>(List.of(
                binaries.apiServer().toString(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--tls-cert-file=" + tls.path().resolve(TlsDirectory.CERTIFICATE),
                "--tls-private-key-file=" + tls.path().resolve(TlsDirectory.KEY),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-account-issuer=https://127.0.0.1:" + port,
                "--service-account-key-file=" + accounts,
                "--service-account-signing-key-file=" + accounts,
                "--service-cluster-ip-range=10.0.0.0/24",
                "--endpoint-reconciler-type=none",
                "--cert-dir=" + directory.resolve("api-server")));
        command.addAll(moreFlags);
        apiServer = Daemon.start("kube-apiserver", directory, command);
        Kubectl admin = Kubectl.of(kubeconfig, directory);
        apiServer.await(
                "ready", TO_START, () -> admin.run("get", "--raw=/readyz").succeeded());
    }

    /** As when the machine that it runs on loses power. */
    void killApiServer() {
        if (apiServer != null) {
            apiServer.kill();
        }
    }

    /** Of the cluster admin. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** As the cluster admin. */
    ClusterApi api() throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(authority())) {
            X509Certificate its =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new ClusterApi(URI.create("https://127.0.0.1:" + port), Trust.in(its), TOKEN);
        }
    }

    boolean hasControllers() {
        return controllerManager != null;
    }

    /** What its serving certificate is checked by. */
    private Path authority() {
        return tls.path().resolve(TlsDirectory.CA_CERTIFICATE);
    }

    /** A private key in PEM, to sign tokens of service accounts. */
    static String newKey() throws NoSuchAlgorithmException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        String encoded = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                .encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + encoded + "\n-----END PRIVATE KEY-----\n";
    }

    @Override
    public void close() {
        for (Daemon daemon : new @Nullable Daemon[] {controllerManager, apiServer, etcd}) {
            if (daemon != null) {
                daemon.close();
            }
        }
    }
}
