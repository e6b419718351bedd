package dev.marchwarden.cli;

import static dev.marchwarden.standin.Eventually.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.Timing;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.service.DirectoryTlsPlan;
import dev.marchwarden.service.RunningService;
import dev.marchwarden.service.TenancyFiles;
import dev.marchwarden.service.WebhookService;
import dev.marchwarden.standin.Client;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people see who write with kubectl, while the server guards a cluster by its webhook configurations. */
@Timeout(120)
class KubectlDenialTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final String CONFIGURATIONS = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: %sWebhookConfiguration
            metadata: {name: marchwarden}
            webhooks:
            - name: namespaces.marchwarden.dev
              clientConfig: {service: {name: marchwarden, namespace: marchwarden-system, path: /%s}, caBundle: %s}
              rules: [{apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE, UPDATE, DELETE]}]
              admissionReviewVersions: [v1]
              sideEffects: None
            """;

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startSecure();
    private WebhookService service;
    private Client ann;

    @BeforeEach
    void open() throws Exception {
        api.put("red", Map.of("usergroup", "red"));
        api.put("blue", Map.of("usergroup", "blue"));
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), DAY);
        Path tls = RunningService.write(authority.issue(List.of("marchwarden.marchwarden-system.svc"), DAY), directory);
        Path tenancy = Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                metadata: {name: kubectl}
                spec:
                  usergroups:
                  - {name: red, owners: {groups: [team-red]}}
                  - {name: blue, owners: {groups: [team-blue]}}
                  enforcement: {rules: {injection-label: warn}}
                """);
        TlsDirectory served = new TlsDirectory(tls, InstantSource.system());
        Path kubeconfig =
                api.kubeconfig(directory.resolve("kubeconfig"), "system:serviceaccount:marchwarden-system:marchwarden");
        BackgroundTasks tasks = new BackgroundTasks();
        service = new WebhookService(
                new WebhookService.Settings(
                        ANY_PORT,
                        ANY_PORT,
                        TlsEngine.best(),
                        InputFiles.tenancy(tenancy),
                        TenancyFiles.of(tenancy, List.of()),
                        DAY,
                        new DecisionLog(tasks, batch -> {}),
                        tasks),
                new LiveCluster(
                        tasks, new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig)), "usergroup", Timing.DEFAULT),
                new DirectoryTlsPlan(served, served.read(), null));
        service.start();
        await("watching", () -> api.openWatches("namespaces") == 1);
        api.serve("marchwarden-system", "marchwarden", service.port());
        String bundle =
                Base64.getEncoder().encodeToString(authority.pair().chain().getBytes(UTF_8));
        api.put(CONFIGURATIONS.formatted("Validating", "validate", bundle));
        api.put(CONFIGURATIONS.formatted("Mutating", "mutate", bundle));
        ann = Client.of(api, directory, "ann", "team-red");
    }

    @AfterEach
    void close() {
        service.close();
        api.close();
    }

    private static String namespace(String name, String labels) {
        return "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {%s}}}".formatted(name, labels);
    }

    @Test
    void oneOfTheOwnersMayAndGetsTheOtherHalfOfThePair() throws Exception {
        ToolRun applied = ann.kubectlWith(namespace("web", "usergroup: red"), "apply", "-f", "-");
        assertThat(applied.succeeded()).as(applied.text()).isTrue();
        assertThat(api.labels("web")).containsEntry("istio.io/rev", "red");
        assertThat(ann.kubectl("delete", "namespace", "web").succeeded()).isTrue();
        assertThat(api.labels("web")).isNull();
    }

    @Test
    void whoMayNotIsToldWhy() throws Exception {
        ToolRun denied = ann.kubectlWith(namespace("web", "usergroup: blue"), "apply", "--server-side", "-f", "-");
        assertThat(denied.succeeded()).isFalse();
        assertThat(denied.err())
                .contains("admission webhook \"namespaces.marchwarden.dev\" denied the request: ")
                .contains("membership-not-permitted");
        assertThat(api.labels("web")).isNull();
        ToolRun asBob = ann.kubectlWith(
                namespace("web", "usergroup: blue"), "apply", "--as=bob", "--as-group=team-blue", "-f", "-");
        assertThat(asBob.succeeded()).as(asBob.text()).isTrue();
    }

    @Test
    void whatIsOnlyTriedIsDeniedToo() throws Exception {
        ToolRun denied = ann.kubectlWith(namespace("web", "usergroup: blue"), "create", "--dry-run=server", "-f", "-");
        assertThat(denied.err()).contains("denied the request");
    }

    @Test
    void warningsAreShown() throws Exception {
        ToolRun created = ann.kubectlWith(
                namespace("web", "usergroup: red, istio.io/rev: red, istio-injection: enabled"), "create", "-f", "-");
        assertThat(created.succeeded()).as(created.text()).isTrue();
        assertThat(created.err()).startsWith("Warning: ").contains("injection-label");
    }
}
