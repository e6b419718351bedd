package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tools.ToolRun;
import dev.marchwarden.twin.CelTwin;
import dev.marchwarden.twin.StaticGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code render-twin --static} writes, on the disk of a real API server. */
class StaticGuardClusterIT {
    /** The first that can load policies from its disk, with a feature gate; by itself the next does. */
    private static final int MINOR = 36;

    private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\.");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String OURS = "validatingwebhookconfiguration/marchwarden";
    private static final String INJECTOR = "mutatingwebhookconfiguration/istio-sidecar-injector-a";
    private static final String POLICY = "validatingadmissionpolicy/namespaces-deny.twin.marchwarden.dev";

    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            spec:
              usergroups:
              - {name: a, systemNamespace: istio-system-a}
              - {name: b, systemNamespace: istio-system-b}
            """;

    private static final String INSTALLED = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: marchwarden-twin}
            rules:
            - apiGroups: [admissionregistration.k8s.io]
              resources: [validatingadmissionpolicies]
              resourceNames: [namespaces-deny.twin.marchwarden.dev]
              verbs: [get, patch, delete]
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: marchwarden}
            webhooks:
            - name: namespaces.marchwarden.dev
              rules: [{apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE]}]
              namespaceSelector: {matchLabels: {never: there}}
              clientConfig: {service: {name: marchwarden, namespace: marchwarden-system}}
              admissionReviewVersions: [v1]
              sideEffects: None
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: istio-sidecar-injector-a, labels: {istio.io/rev: a}}
            webhooks:
            - name: rev.namespace.sidecar-injector.istio.io
              rules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}]
              namespaceSelector: {matchLabels: {istio.io/rev: a}}
              clientConfig: {service: {name: istiod-a, namespace: istio-system-a, path: /inject}}
              admissionReviewVersions: [v1]
              sideEffects: None
            """;

    private static final String UNGUARDED = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: somebody-elses}
            webhooks:
            - name: webhook.example.com
              rules: [{apiGroups: [example.com], apiVersions: [v1], resources: [examples], operations: [CREATE]}]
              clientConfig: {service: {name: webhook, namespace: example}}
              admissionReviewVersions: [v1]
              sideEffects: None
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: without-rules}
            """;

    private static final String GATE = "--feature-gates=ManifestBasedAdmissionControlConfig=";

    @TempDir
    private Path disk;

    private Path configuration;

    private @Nullable TestCluster opened;
    private Kubectl installer;
    private Kubectl stranger;

    @BeforeEach
    void open() throws Exception {
        TestCluster.require(
                ClusterBinaries.find().isPresent(),
                "set KUBEBUILDER_ASSETS to a directory with etcd and kube-apiserver");
        String version = version();
        Matcher minor = VERSION.matcher(version);
        TestCluster.require(
                minor.find() && Integer.parseInt(minor.group(1)) >= MINOR,
                "kube-apiserver is " + version + " (expected: 1." + MINOR + ", which loads policies from its disk)");
        Path policies = Files.createDirectories(disk.resolve("policies"));
        StaticGuard guard = new StaticGuard(
                TenancyFile.parse("static", TENANCY.getBytes(UTF_8)),
                new Subjects(Set.of("helm"), Set.of()),
                "marchwarden-system",
                "marchwarden");
        Files.writeString(policies.resolve("guard.yaml"), CelTwin.yaml(guard.objects()));
        configuration = Files.writeString(disk.resolve("admission.yaml"), """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: ValidatingAdmissionPolicy
                  configuration:
                    apiVersion: apiserver.config.k8s.io/v1
                    kind: ValidatingAdmissionPolicyConfiguration
                    staticManifestsDir: %s
                """.formatted(policies));
        boolean isOnByDefault = Integer.parseInt(minor.group(1)) > MINOR;
        TestCluster cluster = isOnByDefault
                ? TestCluster.openWithoutIstio("static-guard", configured())
                : TestCluster.openWithoutIstio("static-guard", configured(), GATE + "true");
        opened = cluster;
        System.out.println("static guard: kube-apiserver " + version);
        installer = cluster.admin().as("helm", List.of("system:masters"));
        stranger = cluster.admin().as("ann", List.of("system:masters"));
        installer.mustReading(INSTALLED, "create", "-f", "-");
    }

    private String configured() {
        return "--admission-control-config-file=" + configuration;
    }

    /** It says so and ends, and does not run without the guard. */
    @Test
    void noApiServerStartsWithTheFeatureSwitchedOff() {
        assertThatThrownBy(() -> TestCluster.openWithoutIstio("static-guard-off", configured(), GATE + "false"))
                .hasMessageContaining("kube-apiserver ended with 1")
                .hasMessageContaining(
                        "staticManifestsDir requires the ManifestBasedAdmissionControlConfig feature gate to be enabled");
    }

    private String version() throws Exception {
        return ToolRun.of(ClusterBinaries.find().orElseThrow().apiServer(), disk, Map.of(), List.of("--version"), "")
                .out()
                .strip();
    }

    @AfterEach
    void close() throws Exception {
        if (opened != null) {
            opened.close();
        }
    }

    private TestCluster cluster() {
        if (opened == null) {
            throw new IllegalStateException();
        }
        return opened;
    }

    private void assertDenied(Kubectl author, String... arguments) throws Exception {
        ToolRun run = author.run(arguments);
        assertThat(run.succeeded()).as(String.join(" ", arguments)).isFalse();
        assertThat(run.err()).contains("guard.marchwarden.static.k8s.io").contains("static-guard: metadata.name is ");
        System.out.println("static guard: " + run.err().strip());
    }

    private static String patch(String path, String value) {
        return "--patch=[{\"op\": \"add\", \"path\": \"" + path + "\", \"value\": " + value + "}]";
    }

    @Test
    void theWebhooksAndTheTwinAreChangedByThosePermittedAlsoAfterARestart() throws Exception {
        Kubectl pods = as("marchwarden-system", "marchwarden");
        pods.mustReading(
                CelTwin.yaml(new CelTwin(TenancyFile.parse("static", TENANCY.getBytes(UTF_8))).objects()),
                "create",
                "-f",
                "-");
        assertGuarded();

        // Of others, all as ever; a role without rules has null in their place.
        stranger.mustReading(UNGUARDED, "create", "-f", "-");
        stranger.must("label", "clusterrole", "without-rules", "a=b");
        stranger.must("label", "validatingwebhookconfiguration", "somebody-elses", "a=b");
        stranger.mustReading(UNGUARDED, "delete", "-f", "-");
        assertThat(stranger.run("get", "validatingadmissionpolicy", StaticGuard.NAME)
                        .err())
                .as("it is not in the API")
                .contains("NotFound");

        String bundle = patch("/webhooks/0/clientConfig/caBundle", "\"" + authority() + "\"");
        assertDenied(as("istio-system-b", "istiod-b"), "patch", INJECTOR, "--type=json", bundle);
        as("istio-system-a", "istiod-a").must("patch", INJECTOR, "--type=json", bundle);
        assertDenied(
                as("istio-system-a", "istiod-a"),
                "patch",
                INJECTOR,
                "--type=json",
                patch("/webhooks/0/namespaceSelector", "{}"));
        pods.must("patch", OURS, "--type=json", patch("/webhooks/0/timeoutSeconds", "7"));

        cluster().controlPlane().killApiServer();
        cluster().controlPlane().startApiServer();
        assertGuarded();
        assertThat(stranger.must("get", OURS, POLICY, "-o", "name").lines()).hasSize(2);

        installer.must("delete", OURS, INJECTOR);
    }

    @Test
    void theTwinGoesWithItsRole() throws Exception {
        TestCluster.require(cluster().hasControllers(), "the twin is deleted by kube-controller-manager");
        String uid = installer.must("get", "clusterrole", "marchwarden-twin", "-o", "jsonpath={.metadata.uid}");
        as("marchwarden-system", "marchwarden").mustReading("""
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: ValidatingAdmissionPolicy
                        metadata:
                          name: namespaces-deny.twin.marchwarden.dev
                          ownerReferences: [{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, name: marchwarden-twin, uid: %s}]
                        spec:
                          matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], resources: [namespaces], operations: [CREATE]}]}
                          validations: [{expression: "true"}]
                        """.formatted(uid), "create", "-f", "-");
        assertDenied(stranger, "delete", "clusterrole", "marchwarden-twin");
        installer.must("delete", "clusterrole", "marchwarden-twin");
        Instant end = Instant.now().plus(SOON);
        while (stranger.run("get", POLICY).succeeded()) {
            assertThat(Instant.now()).as("it is collected").isBefore(end);
            Thread.sleep(500);
        }
    }

    private void assertGuarded() throws Exception {
        assertDenied(stranger, "delete", OURS);
        assertDenied(stranger, "delete", INJECTOR);
        assertDenied(stranger, "delete", POLICY);
        assertDenied(stranger, "patch", OURS, "--type=json", patch("/webhooks/0/failurePolicy", "\"Ignore\""));
        assertDenied(stranger, "patch", INJECTOR, "--type=json", patch("/webhooks/0/namespaceSelector", "{}"));
        assertDenied(stranger, "patch", POLICY, "--type=json", patch("/spec/failurePolicy", "\"Ignore\""));
        assertDenied(stranger, "patch", "clusterrole/marchwarden-twin", "--type=json", patch("/rules", "[]"));
        assertDenied(stranger, "delete", "clusterrole", "marchwarden-twin");
    }

    private Kubectl as(String namespace, String account) {
        return cluster()
                .admin()
                .as(
                        "system:serviceaccount:" + namespace + ":" + account,
                        List.of("system:masters", "system:serviceaccounts"));
    }

    /** Any, in base64. */
    private String authority() throws Exception {
        return Base64.getEncoder()
                .encodeToString(Files.readAllBytes(cluster()
                        .directory()
                        .resolve("control-plane")
                        .resolve("tls")
                        .resolve("ca.crt")));
    }
}
