package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.standin.Call;
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
