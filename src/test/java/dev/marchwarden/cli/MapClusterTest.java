package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.documentation.Documents;
import dev.marchwarden.documentation.Markdown;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.RoleRules;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.verification.FixtureCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code map} of a cluster. */
@Timeout(60)
class MapClusterTest {
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

    private Invocation map(Object... more) {
        Object[] all = new Object[5 + more.length];
        System.arraycopy(
                new Object[] {
                    "map", "--config", FixtureCluster.DIRECTORY.resolve("tenancy.yaml"), "--kubeconfig", kubeconfig
                },
                0,
                all,
                0,
                5);
        System.arraycopy(more, 0, all, 5, more.length);
        return Invocation.of(all);
    }

    @Test
    void showsVersionsRootsAndNamespacesOfTheCluster() throws Exception {
        Invocation page = map();
        assertThat(page.exitCode()).as(page.err()).isZero();
        MapDocument map = MapDocument.parse(page.out());
        assertThat(map.rows("//article[h3='usergroup-1']/table"))
                .containsExactly(
                        List.of("usergroup-1", "usergroup-1-stable", "1.30.3"),
                        List.of("usergroup-1-canary", "none", "1.30.3"));
        assertThat(map.texts("//article[h3='usergroup-1']/dl/dd[2]"))
                .singleElement()
                .asString()
                .matches("SHA-256 [0-9a-f]{16}, until \\d{4}-\\d\\d-\\d\\d");
        assertThat(map.texts("//article/dl/dd[2]")).doesNotHaveDuplicates().hasSize(2);
        assertThat(map.texts("//article//details//th[@scope='row']")).contains("app-ns-1", "app-ns-2");
        assertThat(map.texts("//header//dd").getFirst()).startsWith("the cluster " + api.url() + " at 2");
        assertThat(api.seen(Call.LIST, "secrets") + api.seen(Call.GET, "secrets"))
                .isZero();
    }

    /** No istiod of the stand-in answers. */
    @Test
    void liveAddsWhatAVerificationFinds() throws Exception {
        assertThat(MapDocument.parse(map().out()).texts("//section[@id='verification']"))
                .isEmpty();
        Invocation page = map("--live");
        assertThat(page.exitCode()).as(page.err()).isZero();
        MapDocument map = MapDocument.parse(page.out());
        assertThat(map.texts("//section[@id='verification']/p[1]"))
                .singleElement()
                .asString()
                .endsWith(": the meshes are not separated as they should be.");
        assertThat(map.texts("//section[@id='verification']/ul/li"))
                .anyMatch(text -> text.contains("could not be asked"));
        assertThat(map.texts("//section[@id='verification']/details[1]//li"))
                .anyMatch(text -> text.contains("roots usergroup-1: a root of its own"));
        assertThat(map.texts("//section[@id='verification']//th[@scope='row']"))
                .contains("httpbin-66858df76d-jrg8p.app-ns-1");
    }

    @Test
    void whatCouldNotBeVerifiedIsAmongWhatWasNotRead() throws Exception {
        api.fail(Call.LIST, "networkpolicies", 403);
        Invocation page = map("--live");
        assertThat(page.exitCode()).isEqualTo(ExitCode.ERROR);
        MapDocument map = MapDocument.parse(page.out());
        assertThat(map.texts("//section[@id='verification']")).isEmpty();
        assertThat(map.texts("//section[@id='unjudged']//li"))
                .anyMatch(text -> text.contains("not verified: cannot list networkpolicies"));
        assertThat(Invocation.of(
                                "map",
                                "--live",
                                "--config",
                                FixtureCluster.DIRECTORY.resolve("tenancy.yaml"),
                                FixtureCluster.DIRECTORY)
                        .errors())
                .first()
                .asString()
                .startsWith("marchwarden: --live asks a cluster");
    }

    /** The cluster is as it should be. */
    @Test
    void findsNoCrossingWhereThereIsNone() throws Exception {
        MapDocument map = MapDocument.parse(map().out());
        assertThat(map.texts("//section[@id='crossings']//li")).isEmpty();
        assertThat(map.texts("//section[@id='unjudged']")).isEmpty();
        assertThat(map.texts("//article/p[1]"))
                .hasSize(2)
                .allMatch(text -> text.matches("No crossing among \\d+ objects"));
        assertThat(api.seen(Call.LIST, "configmaps")).isZero();
    }

    @Test
    void findsCrossingsOfTheCluster() throws Exception {
        api.put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: capture, namespace: app-ns-1}
                spec: {hosts: [pay.app-ns-2.svc.cluster.local], http: [{route: [{destination: {host: own}}]}]}
                """);
        api.put("""
                apiVersion: v1
                kind: Pod
                metadata: {name: bare, namespace: app-ns-1, labels: {istio.io/rev: usergroup-2}}
                spec: {containers: [{name: app, image: app}]}
                """);
        api.put("""
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: raw, namespace: app-ns-1}
                spec: {configPatches: [{applyTo: CLUSTER, patch: {operation: REMOVE}}]}
                """);
        String made = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %1$s
                  namespace: app-ns-1
                  labels: {istio.io/rev: usergroup-2}
                  ownerReferences: [{apiVersion: %2$s, kind: %3$s, name: x, uid: "1", controller: true}]
                spec: {containers: [{name: app, image: app}]}
                """;
        api.put(made.formatted("of-a-job", "batch/v1", "Job"));
        api.put(made.formatted("of-something-else", "example.com/v1", "Rollout"));
        MapDocument map = MapDocument.parse(map().out());
        assertThat(map.texts("//section[@id='crossings']//li/strong"))
                .containsExactlyInAnyOrder(
                        "VirtualService app-ns-1/capture", "Pod app-ns-1/bare", "Pod app-ns-1/of-something-else");
        assertThat(map.texts("//section[h3/code='host-claim']//li/p[@class='place']"))
                .containsExactly("the cluster " + api.url());
        assertThat(map.rows("//section[@id='reach']/table")).contains(List.of("usergroup-1", "usergroup-2", "1", "0"));
        assertThat(map.texts("//section[@id='rights']//li/strong"))
                .as("of a kind that is not in the group's first version")
                .contains("EnvoyFilter app-ns-1/raw");
        MapDocument without = MapDocument.parse(map("--workloads", "off").out());
        assertThat(without.texts("//section[@id='crossings']//li/strong"))
                .containsExactly("VirtualService app-ns-1/capture");
        assertThat(without.texts("//header//dd[3]").getFirst()).doesNotContain("Pod");
    }

    @Test
    void aKindThatCannotBeListedIsSaidToBeUnknown() throws Exception {
        api.fail(Call.LIST, "sidecars", 403);
        Invocation page = map();
        assertThat(page.exitCode()).isEqualTo(ExitCode.ERROR);
        MapDocument map = MapDocument.parse(page.out());
        assertThat(map.texts("//section[@id='unjudged']//li"))
                .singleElement()
                .asString()
                .contains("cannot list sidecars", "HTTP 403");
        assertThat(map.texts("//article/p[1]"))
                .hasSize(2)
                .allMatch(text -> text.endsWith(", but not everything was judged"));
        assertThat(map.find("//article/p[@class='ok']")).isEmpty();
    }

    @Test
    void groupsThatTheClusterDoesNotServeAreNoProblem() {
        api.forgetKinds("gateway.networking.k8s.io");
        api.forgetKinds("extensions.istio.io");
        assertThat(map().exitCode()).isEqualTo(ExitCode.OK);
    }

    /** Those of the documentation: all are enough, and none is too much. */
    @Test
    void needsTheRightsOfThePage() throws Exception {
        String role = new Markdown(Documents.read(Path.of("docs/map.md")))
                .blocks().stream()
                        .map(Markdown.Block::code)
                        .filter(code -> code.contains("kind: ClusterRole"))
                        .findFirst()
                        .orElseThrow();
        List<JsonNode> rules = RoleRules.of(new YAMLMapper().readTree(role)).rules();
        assertThat(rules).hasSizeGreaterThan(5);
        api.enforce(new RoleRules(rules));
        Invocation page = map();
        assertThat(page.exitCode()).as(page.out()).isEqualTo(ExitCode.OK);
        for (JsonNode rule : rules) {
            api.enforce(new RoleRules(
                    rules.stream().filter(each -> !each.equals(rule)).toList()));
            assertThat(map().exitCode()).as(rule.toString()).isEqualTo(ExitCode.ERROR);
        }
    }

    @Test
    void aRootThatTwoHaveAndAnIstiodThatTheTenancyLacksAreShown() throws Exception {
        String root = Files.readString(FixtureCluster.DIRECTORY.resolve("roots/usergroup-1.crt"));
        String indented = root.strip().indent(4);
        api.put("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-ca-root-cert, namespace: usergroup-2}\n"
                + "data:\n  root-cert.pem: |\n" + indented);
        api.put("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
                spec: {template: {spec: {containers: [{name: discovery, image: "example.com/pilot:edge"}]}}}
                """);
        MapDocument map = MapDocument.parse(map().out());
        assertThat(map.texts("//article[h3='usergroup-1']/dl/dd[2]").getFirst()).endsWith("; shared with usergroup-2");
        assertThat(map.rows("//section[@id='unassigned']/table"))
                .containsExactly(List.of("istio-system/istiod", "none", "edge"));
    }

    @Test
    void whatTheClusterRefusesIsSaid() throws Exception {
        api.fail(Call.LIST, "deployments", 403);
        Path out = directory.resolve("map.html");
        Invocation page = map("-o", out);
        assertThat(page.exitCode()).isEqualTo(ExitCode.ERROR);
        MapDocument map = MapDocument.parse(Files.readString(out));
        assertThat(map.texts("//section[@id='unjudged']//li"))
                .singleElement()
                .asString()
                .contains("cannot list deployments", "HTTP 403");
        assertThat(map.rows("//article[h3='usergroup-1']/table").getFirst()).endsWith("not known");

        api.fail(Call.LIST, "namespaces", 403);
        Invocation refused = map("-o", directory.resolve("other.html"));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(refused.errors()).singleElement().asString().contains("cannot list namespaces");
        assertThat(directory.resolve("other.html")).doesNotExist();
    }
}
