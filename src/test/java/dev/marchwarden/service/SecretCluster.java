package dev.marchwarden.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificatePair;
import dev.marchwarden.certificates.Handover;
import dev.marchwarden.certificates.Lifetimes;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LeaseTiming;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster as the chart leaves it, an empty Secret and all; and the replicas in it. */
final class SecretCluster implements AutoCloseable {
    static final String HOST = "marchwarden.mesh.svc";

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    /** So long after an authority was published, everybody has to go by it. */
    static final Duration SETTLE = SECOND;

    static final SecretTlsPlan.Timings QUICK = new SecretTlsPlan.Timings(
            new Timing(
                    SECOND,
                    SECOND.multipliedBy(5),
                    SECOND.multipliedBy(10),
                    Duration.ZERO,
                    Duration.ofMillis(5),
                    Duration.ofMillis(50)),
            new LeaseTiming(
                    SECOND.multipliedBy(2), Duration.ofMillis(1_400), Duration.ofMillis(100), Duration.ofMillis(600)),
            new Lifetimes(
                    Lifetimes.DEFAULT.authority(),
                    Lifetimes.DEFAULT.leaf(),
                    SETTLE.plusMillis(200),
                    SECOND,
                    SECOND.multipliedBy(2)),
            new Handover(SECOND.multipliedBy(3)),
            SETTLE,
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(300));

    final StandInApiServer api = StandInApiServer.start();
    private final Path directory;
    private final List<WebhookService> services = new ArrayList<>();

    SecretCluster(Path directory) throws Exception {
        this.directory = directory;
        Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                metadata: {name: live}
                spec:
                  usergroups:
                  - {name: red, owners: {groups: [team-red]}}
                """);
        api.put("mesh", Map.of());
        putSecret("null");
        api.put(
                "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: mesh}, spec: {}}");
        putWebhooks("ValidatingWebhookConfiguration", "");
        putWebhooks("MutatingWebhookConfiguration", "");
    }

    private void putSecret(String data) {
        api.put("{apiVersion: v1, kind: Secret, type: Opaque, metadata: {name: tls, namespace: mesh}, data: " + data
                + "}");
    }

    void putSecret(Map<String, byte[]> data) {
        StringBuilder yaml = new StringBuilder("{");
        data.forEach((entry, content) -> yaml.append(yaml.length() > 1 ? ", " : "")
                .append(entry)
                .append(": \"")
                .append(Base64.getEncoder().encodeToString(content))
                .append('"'));
        putSecret(yaml.append('}').toString());
    }

    /** As somebody else would issue it. */
    void putSecret(CertificatePair pair, String authorities) {
        putSecret(Map.of("tls.crt", bytes(pair.chain()), "tls.key", bytes(pair.key()), "ca.crt", bytes(authorities)));
    }

    void putWebhooks(String kind, String caBundle) {
        String bundle =
                caBundle.isEmpty() ? "" : ", caBundle: \"" + Base64.getEncoder().encodeToString(bytes(caBundle)) + "\"";
        String webhook = "{name: %s, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: "
                + "{name: marchwarden, namespace: mesh, path: /validate}" + bundle + "}}";
        api.put("{apiVersion: admissionregistration.k8s.io/v1, kind: " + kind
                + ", metadata: {name: marchwarden}, webhooks: [" + webhook.formatted("a.marchwarden.dev") + ", "
                + webhook.formatted("b.marchwarden.dev") + "]}");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The validating configuration, with its webhooks in the annotation, as helm makes or changes it.
     *
     * @param before whose webhooks and other annotations stay; null where there was none
     */
    void putWanted(String webhooks, @Nullable JsonNode before) {
        ObjectNode object = before == null ? JsonNodeFactory.instance.objectNode() : before.deepCopy();
        object.put("apiVersion", "admissionregistration.k8s.io/v1").put("kind", "ValidatingWebhookConfiguration");
        ObjectNode metadata = object.withObject("/metadata").put("name", "marchwarden");
        metadata.withObject("/annotations").put("marchwarden.dev/webhooks", webhooks);
        api.put(object.toString());
    }

    /** A replica that issues what it serves. */
    WebhookService managed() throws Exception {
        return start(true, "marchwarden");
    }

    /** @param webhooks null where somebody else publishes */
    WebhookService start(boolean issue, @Nullable String webhooks) throws Exception {
        return start(issue, webhooks, null);
    }

    /** @param twin the ClusterRole that the twin belongs to; null for none */
    WebhookService start(boolean issue, @Nullable String webhooks, @Nullable String twin) throws Exception {
        return start(issue, webhooks, twin, null);
    }

    /** A replica that audits the cluster when it leads. */
    WebhookService auditing(AuditPlan audit) throws Exception {
        return start(true, "marchwarden", null, audit);
    }

    private WebhookService start(
            boolean issue, @Nullable String webhooks, @Nullable String twin, @Nullable AuditPlan audit)
            throws Exception {
        SecretTlsPlan plan = new SecretTlsPlan(
                NamespacedName.parse("mesh/tls"),
                NamespacedName.parse("mesh/marchwarden"),
                issue,
                webhooks,
                webhooks == null ? null : NamespacedName.parse("mesh/leader"),
                twin,
                "cluster.local",
                QUICK);
        Path kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "marchwarden");
        BackgroundTasks tasks = new BackgroundTasks();
        LiveCluster cluster = new LiveCluster(
                tasks, new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig)), "usergroup", QUICK.timing());
        TenancyFiles files = TenancyFiles.of(directory.resolve("tenancy.yaml"), List.of());
        WebhookService service = new WebhookService(
                new WebhookService.Settings(
                        ANY_PORT,
                        ANY_PORT,
                        TlsEngine.best(),
                        TenancyFile.read(files.config()),
                        files,
                        Duration.ofMillis(50),
                        new DecisionLog(tasks, batch -> {}),
                        tasks),
                cluster,
                plan);
        services.add(service);
        if (audit != null) {
            service.audit(new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig), SECOND.multipliedBy(5)), audit);
        }
        service.start();
        return service;
    }

    Map<String, byte[]> secret() {
        Map<String, byte[]> data = new HashMap<>();
        JsonNode secret = api.find("secrets", "mesh", "tls");
        if (secret != null) {
            secret.path("data")
                    .forEachEntry((entry, content) ->
                            data.put(entry, Base64.getDecoder().decode(content.asText())));
        }
        return data;
    }

    /** As an admin takes it out. */
    void removeFromSecret(String entry) {
        Map<String, byte[]> data = secret();
        data.remove(entry);
        putSecret(data);
    }

    /** The caBundle of each webhook. */
    List<String> caBundles() {
        List<String> bundles = new ArrayList<>();
        for (String plural : List.of("validatingwebhookconfigurations", "mutatingwebhookconfigurations")) {
            JsonNode found = api.find(plural + ".admissionregistration.k8s.io", "", "marchwarden");
            if (found != null) {
                for (JsonNode webhook : found.path("webhooks")) {
                    bundles.add(new String(
                            Base64.getDecoder()
                                    .decode(webhook.at("/clientConfig/caBundle").asText("")),
                            StandardCharsets.US_ASCII));
                }
            }
        }
        return bundles;
    }

    /** None where the text is no PEM. */
    static X509Certificate[] certificates(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(pem)))
                    .toArray(X509Certificate[]::new);
        } catch (CertificateException e) {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        services.forEach(WebhookService::close);
        api.close();
    }
}
