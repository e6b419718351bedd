package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.marchwarden.documentation.Documents;
import dev.marchwarden.documentation.Markdown;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.RoleRules;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.verification.FixtureCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit} of a cluster. */
@Timeout(60)
class AuditClusterTest {
    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private Path kubeconfig;

    @BeforeEach
    void makeCluster() throws IOException {
        new FixtureCluster().putInto(api);
        kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Invocation audit(Object... more) {
        Object[] all = new Object[5 + more.length];
        Path tenancy = FixtureCluster.DIRECTORY.resolve("tenancy.yaml");
        System.arraycopy(new Object[] {"audit", "--config", tenancy, "--kubeconfig", kubeconfig}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return Invocation.of(all);
    }

    private void plant() {
        api.put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: capture, namespace: app-ns-1}
                spec: {hosts: [pay.app-ns-2.svc.cluster.local], http: [{route: [{destination: {host: own}}]}]}
                """);
    }

    @Test
    void findsWhatIsPlantedAndNothingElse() throws Exception {
        Invocation clean = audit();
        assertThat(clean.exitCode()).as(clean.out()).isEqualTo(ExitCode.OK);
        assertThat(clean.err()).isEmpty();
        assertThat(clean.out()).contains("the cluster " + api.url() + ": ").doesNotContain("Fix: ");
        plant();
        Invocation audit = audit();
        assertThat(audit.exitCode()).isEqualTo(ExitCode.FOUND);
        assertThat(audit.lines().stream().filter(line -> line.startsWith("deny  ")))
                .containsExactly("deny  host-claim  VirtualService app-ns-1/capture");
        assertThat(api.seen(Call.LIST, "secrets") + api.seen(Call.GET, "secrets"))
                .isZero();
        assertThat(api.seen(Call.LIST, "namespaces"))
                .as("once in each of the two")
                .isEqualTo(2);
    }

    @Test
    void tellsWhoWroteTheLabelsOfANamespace() {
        api.put("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: half
                  labels: {usergroup: usergroup-1}
                  managedFields:
                  - {manager: argocd-controller, operation: Apply, apiVersion: v1, fieldsType: FieldsV1,
                     fieldsV1: {f:metadata: {f:labels: {f:usergroup: {}}}}}
                  - {manager: annotator, operation: Apply, apiVersion: v1, fieldsType: FieldsV1,
                     fieldsV1: {f:metadata: {f:annotations: {f:team: {}}}}}
                spec: {finalizers: [kubernetes]}
                """);
        assertThat(audit().out())
                .contains("Namespace half")
                .contains("argocd-controller")
                .doesNotContain("annotator");
    }

    @Test
    void anObjectOfAClusterHasNoFile() throws Exception {
        plant();
        api.fail(Call.LIST, "sidecars", 403);
        JsonNode sarif = new ObjectMapper().readTree(audit("-o", "sarif").out());
        try (InputStream schema = AuditClusterTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema)
                            .validate(sarif))
                    .isEmpty();
        }
        JsonNode location = sarif.at("/runs/0/results/0/locations/0");
        assertThat(location.has("physicalLocation")).isFalse();
        assertThat(location.at("/logicalLocations/0/fullyQualifiedName").asText())
                .isEqualTo("VirtualService app-ns-1/capture spec.hosts[0]");
        assertThat(sarif.at("/runs/0/invocations/0/executionSuccessful").asBoolean(true))
                .isFalse();
        MapDocument junit = MapDocument.parse(audit("-o", "junit").out());
        assertThat(junit.find("//testsuite[@name='namespace app-ns-1']/testcase[failure]"))
                .extracting(testcase -> testcase.getAttribute("name"))
                .containsExactly("VirtualService app-ns-1/capture");
        assertThat(junit.texts("//testsuite[@name='not read or judged']/testcase/error"))
                .singleElement()
                .asString()
                .contains("cannot list sidecars");
    }

    @Test
    void aKindThatCannotBeListedMakesItIncomplete() {
        api.fail(Call.LIST, "virtualservices", 403);
        Invocation audit = audit();
        assertThat(audit.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(audit.out()).contains("cannot list virtualservices", "HTTP 403", "1 not read or judged");
        api.fail(Call.LIST, "namespaces", 403);
        Invocation refused = audit("-o", "json");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.errors())
                .singleElement()
                .asString()
                .contains("cannot list namespaces", "docs/audit.md lists the rights");
    }

    @Test
    void aNamespaceThatIsMadeMeanwhileIsLookedUp() throws Exception {
        api.hold(Call.LIST, "virtualservices");
        CompletableFuture<Invocation> running = CompletableFuture.supplyAsync(() -> audit());
        while (api.seen(Call.LIST, "virtualservices") == 0) {
            Thread.sleep(20);
        }
        api.put("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: late, labels: {usergroup: usergroup-1, istio.io/rev: usergroup-1}}
                """);
        api.put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: capture, namespace: late}
                spec: {hosts: [pay.app-ns-2.svc.cluster.local], http: [{route: [{destination: {host: own}}]}]}
                """);
        api.restore(Call.LIST);
        Invocation audit = running.get(30, TimeUnit.SECONDS);
        assertThat(audit.exitCode()).as(audit.out()).isEqualTo(ExitCode.FOUND);
        assertThat(audit.lines()).contains("deny  host-claim  VirtualService late/capture");
    }

    /** Those of the documentation: all are enough, and none is too much. */
    @Test
    void needsTheRightsOfThePage() throws Exception {
        String role = new Markdown(Documents.read(Path.of("docs/audit.md")))
                .blocks().stream()
                        .map(Markdown.Block::code)
                        .filter(code -> code.contains("kind: ClusterRole"))
                        .findFirst()
                        .orElseThrow();
        List<JsonNode> rules = RoleRules.of(new YAMLMapper().readTree(role)).rules();
        assertThat(rules).hasSizeGreaterThan(5);
        api.enforce(new RoleRules(rules));
        Invocation audit = audit();
        assertThat(audit.exitCode()).as(audit.out()).isEqualTo(ExitCode.OK);
        for (JsonNode rule : rules) {
            api.enforce(new RoleRules(
                    rules.stream().filter(each -> !each.equals(rule)).toList()));
            assertThat(audit().exitCode()).as(rule.toString()).isEqualTo(ExitCode.ERROR);
        }
    }
}
