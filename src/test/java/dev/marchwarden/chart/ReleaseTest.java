package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.Client;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A release from its beginning to its end, by real helms and kubectl against the stand-in for an API server, while no pod of ours ever runs:
 * what the pods would have written stays, what need not wait for them does not, and nothing is left behind.
 */
@Timeout(300)
class ReleaseTest {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startSecure();
    private Client admin;

    @BeforeEach
    void open() throws Exception {
        api.put("kube-system", Map.of());
        api.put(Chart.NAMESPACE, Map.of());
        api.put("member", Map.of("usergroup", "red", "istio.io/rev", "red"));
        api.runWorkloads();
        admin = Client.of(api, directory, "admin", "system:masters");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private void run(KubernetesTool tool, String... arguments) throws Exception {
        ToolRun run = ToolRun.of(tool, directory, admin.kubeconfig(), List.of(arguments));
        assertThat(run.succeeded()).as(List.of(arguments) + " " + run.text()).isTrue();
    }

    private void helm(KubernetesTool tool, String command, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command, Chart.RELEASE));
        if (command.equals("install") || command.equals("upgrade")) {
            arguments.add(Chart.ROOT.toString());
        }
        arguments.addAll(List.of("--namespace", Chart.NAMESPACE));
        arguments.addAll(
                command.equals("install") || command.equals("upgrade") ? Chart.withValues(more) : List.of(more));
        run(tool, arguments.toArray(String[]::new));
    }

    /** What the pods write: the certificate, its authority in both configurations, and the webhooks that the release wants. */
    private void publish() throws Exception {
        String namespace = "--namespace=" + Chart.NAMESPACE;
        run(
                KubernetesTool.KUBECTL,
                "patch",
                "secret",
                "marchwarden-tls",
                namespace,
                "-p",
                "{\"data\":{\"tls.crt\":\"YQ==\"}}");
        run(
                KubernetesTool.KUBECTL,
                "patch",
                "lease",
                "marchwarden",
                namespace,
                "-p",
                "{\"spec\":{\"holderIdentity\":\"a\"}}");
        for (String kind : List.of("validatingwebhookconfiguration", "mutatingwebhookconfiguration")) {
            String wanted = configuration(kind)
                    .path("metadata")
                    .path("annotations")
                    .path(Rendered.WEBHOOKS)
                    .asText();
            JsonNode webhooks = wanted.isEmpty() ? webhooks(kind).deepCopy() : Chart.parse(wanted);
            webhooks.forEach(each -> ((ObjectNode) each.path("clientConfig")).put("caBundle", "YQ=="));
            String patch = "[{\"op\":\"add\",\"path\":\"/webhooks\",\"value\":" + webhooks + "}]";
            run(KubernetesTool.KUBECTL, "patch", kind, "marchwarden", "--type=json", "-p", patch);
        }
    }

    private JsonNode configuration(String kind) {
        List<? extends JsonNode> found = api.all(kind + "s");
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private JsonNode webhooks(String kind) {
        return configuration(kind).path("webhooks");
    }

    private void assertPublished() {
        assertThat(Objects.requireNonNull(api.find("secrets", Chart.NAMESPACE, "marchwarden-tls"))
                        .path("data")
                        .path("tls.crt")
                        .asText())
                .isEqualTo("YQ==");
        assertThat(Objects.requireNonNull(api.find("leases", Chart.NAMESPACE, "marchwarden"))
                        .at("/spec/holderIdentity")
                        .asText())
                .isEqualTo("a");
        for (String kind : List.of("validatingwebhookconfiguration", "mutatingwebhookconfiguration")) {
            assertThat(webhooks(kind))
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(
                                    entry.at("/clientConfig/caBundle").asText())
                            .isEqualTo("YQ=="));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void whatThePodsWroteSurvivesEveryUpgrade(KubernetesTool tool) throws Exception {
        helm(tool, "install");
        publish();
        helm(tool, "upgrade", "--set", "replicas=3,webhook.timeoutSeconds=9,usergroups[0].name=red");
        assertPublished();
        assertWanted("timeoutSeconds: 9");
        helm(tool, "upgrade", "--set", "extraLabels.team=a,extraAnnotations.owner=b");
        assertPublished();
        helm(tool, "rollback", "1");
        assertPublished();
        assertWanted("timeoutSeconds: 5");
    }

    /** What the pods that run put in force as soon as they see it. */
    private void assertWanted(String text) {
        assertThat(configuration("validatingwebhookconfiguration")
                        .path("metadata")
                        .path("annotations")
                        .path(Rendered.WEBHOOKS)
                        .asText())
                .contains(text);
    }

    /** An installation that stopped half way: the image is not there, or no node has room. */
    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void nothingIsDeniedBeforeAPodServes(KubernetesTool tool) throws Exception {
        helm(tool, "install", "--values", Chart.values("workloads").toString());
        assertThat(webhooks("validatingwebhookconfiguration")).isEmpty();
        goesOn(admin, "label", "namespace", "member", "usergroup=blue", "--overwrite");
        goesOn(admin, "create", "namespace", "plain");
        goesOn(admin, "label", "namespace", "plain", "istio.io/rev=default");
        goesOn(admin, "run", "a", "--image=a", "-n", "member");
        goesOn(admin, "create", "deployment", "a", "--image=a", "-n", "member");
        goesOn(admin, "delete", "namespace", "plain");
        helm(tool, "upgrade", "--values", Chart.values("workloads").toString());
        goesOn(admin, "label", "namespace", "member", "usergroup=green", "--overwrite");
    }

    /** As GitOps tools do it: by client and by server, again and again. */
    @Test
    void andEveryApply() throws Exception {
        ToolRun rendered = Chart.template(KubernetesTool.HELM, "--skip-tests");
        assertThat(rendered.succeeded()).isTrue();
        apply(rendered.out());
        publish();
        apply(rendered.out());
        assertPublished();
        apply(rendered.out(), "--server-side", "--field-manager=gitops", "--force-conflicts");
        assertPublished();
        apply(
                rendered.out().replace("timeoutSeconds: 5", "timeoutSeconds: 6"),
                "--server-side",
                "--field-manager=gitops");
        assertPublished();
        assertWanted("timeoutSeconds: 6");
    }

    private void apply(String manifest, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(List.of(more));
        ToolRun run = admin.kubectlWith(manifest, arguments.toArray(String[]::new));
        assertThat(run.succeeded()).as(run.text()).isTrue();
    }

    /** No pod answers, all writes that are sent are denied, and still the release goes without a trace. */
    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void nothingIsLeftBehindThoughNobodyAnswers(KubernetesTool tool) throws Exception {
        helm(tool, "install", "--values", Chart.values("workloads").toString());
        publish();
        assertThat(admin.kubectl("label", "namespace", "member", "usergroup=blue", "--overwrite")
                        .err())
                .contains("namespaces.marchwarden.dev");
        helm(tool, "uninstall");
        for (String kind : List.of(
                "validatingwebhookconfigurations",
                "mutatingwebhookconfigurations",
                "deployments",
                "services",
                "secrets",
                "configmaps",
                "serviceaccounts",
                "roles",
                "rolebindings",
                "clusterroles",
                "clusterrolebindings",
                "leases",
                "poddisruptionbudgets",
                "resourcequotas",
                "networkpolicies",
                "pods")) {
            assertThat(api.all(kind)).as(kind).isEmpty();
        }
        run(KubernetesTool.KUBECTL, "label", "namespace", "member", "usergroup=blue", "--overwrite");
    }

    /** The table in docs/operations.md. */
    @Test
    void whileNobodyAnswersTheClusterGoesOn() throws Exception {
        helm(
                KubernetesTool.HELM,
                "install",
                "--values",
                Chart.values("workloads").toString());
        publish();
        Client controller = Client.of(api, directory, CONTROLLER, "system:serviceaccounts");

        goesOn(admin, "create", "namespace", "plain");
        goesOn(admin, "label", "namespace", "plain", "team=a");
        goesOn(controller, "label", "namespace", "member", "team=a");
        goesOn(controller, "annotate", "namespace", "member", "team=a");
        goesOn(admin, "create", "configmap", "a", "-n", "member");
        goesOn(admin, "create", "deployment", "a", "--image=a", "-n", Chart.NAMESPACE);

        waits(admin, "label", "namespace", "plain", "usergroup=red");
        waits(admin, "label", "namespace", "kube-system", "istio-injection=enabled");
        waits(admin, "label", "namespace", "member", "team=b", "--overwrite");
        waits(controller, "label", "namespace", "member", "usergroup-", "istio.io/rev-");
        waits(admin, "delete", "namespace", "plain");
        waits(admin, "create", "deployment", "a", "--image=a", "-n", "member");
        waits(admin, "run", "a", "--image=a", "-n", "member");
        goesOn(admin, "run", "a", "--image=a", "-n", "kube-system");
        ToolRun route = admin.kubectlWith(
                "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a, namespace: member},"
                        + " spec: {hosts: [a]}}",
                "create",
                "-f",
                "-");
        assertThat(route.err()).contains("configuration.marchwarden.dev");
    }

    private static void goesOn(Client client, String... arguments) throws Exception {
        ToolRun run = client.kubectl(arguments);
        assertThat(run.succeeded()).as(List.of(arguments) + " " + run.text()).isTrue();
    }

    private static void waits(Client client, String... arguments) throws Exception {
        ToolRun run = client.kubectl(arguments);
        assertThat(run.succeeded()).as(List.of(arguments).toString()).isFalse();
        assertThat(run.err()).contains(".marchwarden.dev");
    }
}
