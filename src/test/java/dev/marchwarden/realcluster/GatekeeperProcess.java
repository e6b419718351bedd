package dev.marchwarden.realcluster;

import dev.marchwarden.certificates.TlsDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gatekeeper beside a cluster, with one constraint that is comparable to the rule {@code revision-mismatch}: a namespace of a usergroup has one of
 * the usergroup's revisions.
 */
final class GatekeeperProcess implements AutoCloseable {
    private static final String NAMESPACE = "gatekeeper-system";
    private static final String CONFIGURATION = "gatekeeper-validating-webhook-configuration";
    private static final Duration TO_START = Duration.ofMinutes(2);
    private static final String TEMPLATE = """
            apiVersion: templates.gatekeeper.sh/v1
            kind: ConstraintTemplate
            metadata: {name: usergrouprevisions}
            spec:
              crd:
                spec:
                  names: {kind: UsergroupRevisions}
                  validation:
                    openAPIV3Schema:
                      type: object
                      properties:
                        revisions: {type: object, additionalProperties: {type: array, items: {type: string}}}
              targets:
              - target: admission.k8s.gatekeeper.sh
                rego: |
                  package usergrouprevisions
                  violation[{"msg": msg}] {
                    labels := input.review.object.metadata.labels
                    usergroup := labels.usergroup
                    revision := object.get(labels, "istio.io/rev", "")
                    allowed := {each | each := input.parameters.revisions[usergroup][_]}
                    not allowed[revision]
                    msg := sprintf("istio.io/rev is %v, expected one of usergroup %v", [revision, usergroup])
                  }
            """;
    private static final String CONSTRAINT = """
            apiVersion: constraints.gatekeeper.sh/v1beta1
            kind: UsergroupRevisions
            metadata: {name: usergroup-revisions}
            spec:
              match: {kinds: [{apiGroups: [""], kinds: [Namespace]}]}
              parameters: {revisions: {usergroup-1: [usergroup-1, usergroup-1-canary], usergroup-2: [usergroup-2]}}
            """;

    private final Kubectl admin;
    private final Daemon daemon;

    private GatekeeperProcess(Kubectl admin, Daemon daemon) {
        this.admin = admin;
        this.daemon = daemon;
    }

    /**
     * Returns when it denies.
     *
     * @param installation a directory with the program {@code gatekeeper} and, in {@code crds}, the definitions of its chart
     */
    static GatekeeperProcess start(TestCluster cluster, Path installation) throws Exception {
        Kubectl admin = cluster.admin();
        admin.must("create", "namespace", NAMESPACE);
        try (Stream<Path> files = Files.list(installation.resolve("crds"))) {
            for (Path file : files.sorted().toList()) {
                admin.must("apply", "--server-side", "-f", file.toString());
            }
        }
        TlsDirectory tls = new TlsDirectory(cluster.directory().resolve("gatekeeper-tls"), InstantSource.system());
        tls.issue(Set.of("localhost", "127.0.0.1"), false);
        Path kubeconfig = cluster.directory().resolve("gatekeeper.kubeconfig");
        Files.writeString(kubeconfig, admin.must("config", "view", "--raw", "--minify", "--flatten"));
        int port = LoopbackPorts.free();
        int health = LoopbackPorts.free();
        Daemon daemon = Daemon.start(
                "gatekeeper",
                cluster.directory(),
                List.of(
                        "env",
                        "POD_NAMESPACE=" + NAMESPACE,
                        installation.resolve("gatekeeper").toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--host=127.0.0.1",
                        "--port=" + port,
                        "--cert-dir=" + tls.path(),
                        "--disable-cert-rotation",
                        "--health-addr=127.0.0.1:" + health,
                        "--operation=webhook",
                        "--operation=generate",
                        "--debug-use-fake-pod"));
        GatekeeperProcess started = new GatekeeperProcess(admin, daemon);
        try {
            daemon.await("ready", TO_START, () -> isReady(health));
            admin.mustReading(TEMPLATE, "apply", "-f", "-");
            daemon.await(
                    "the constraint's kind is there",
                    TO_START,
                    () -> admin.run("get", "usergrouprevisions.constraints.gatekeeper.sh")
                            .succeeded());
            admin.mustReading(CONSTRAINT, "apply", "-f", "-");
            String authority = Base64.getEncoder()
                    .encodeToString(Files.readAllBytes(tls.path().resolve(TlsDirectory.CA_CERTIFICATE)));
            admin.mustReading("""
                    apiVersion: admissionregistration.k8s.io/v1
                    kind: ValidatingWebhookConfiguration
                    metadata: {name: %s}
                    webhooks:
                    - name: validation.gatekeeper.sh
                      admissionReviewVersions: [v1]
                      sideEffects: None
                      failurePolicy: Fail
                      timeoutSeconds: 3
                      clientConfig: {url: "https://127.0.0.1:%s/v1/admit", caBundle: %s}
                      rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [namespaces]}]
                    """.formatted(CONFIGURATION, port, authority), "apply", "-f", "-");
            daemon.await(
                    "it denies",
                    TO_START,
                    () -> admin.run(
                                    "label",
                                    "--dry-run=server",
                                    "--overwrite",
                                    "namespace",
                                    "default",
                                    "usergroup=usergroup-1")
                            .err()
                            .contains("istio.io/rev is "));
        } catch (Exception | AssertionError e) {
            started.close();
            throw e;
        }
        return started;
    }

    private static boolean isReady(int health) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health + "/readyz"))
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Fails where it has ended. */
    void requireRunning() throws IOException {
        daemon.requireRunning();
    }

    @Override
    public void close() throws IOException {
        try {
            admin.run("delete", "--ignore-not-found", "validatingwebhookconfiguration", CONFIGURATION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            daemon.close();
        }
    }
}
