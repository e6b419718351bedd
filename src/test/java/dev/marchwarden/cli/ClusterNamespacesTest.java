package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} with the namespaces of a cluster. */
@Timeout(60)
class ClusterNamespacesTest {
    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private Path tenancy;
    private Path manifest;
    private Path kubeconfig;

    @BeforeEach
    void makeCluster() throws IOException {
        tenancy = Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroups: [{name: blue}, {name: green}]
                """);
        manifest = Files.writeString(directory.resolve("vs.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: a, namespace: shop}
                spec:
                  hosts: [a.shop.svc.cluster.local]
                  http: [{route: [{destination: {host: pay.billing.svc.cluster.local}}]}]
                """);
        kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
        namespace("shop", "blue");
        namespace("billing", "green");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private void namespace(String name, String usergroup) {
        api.put("{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {usergroup: %s, istio.io/rev: %s}}}"
                .formatted(name, usergroup, usergroup));
    }

    private Invocation check(Object... more) {
        Object[] arguments = new Object[4 + more.length];
        System.arraycopy(new Object[] {"check", "--config", tenancy, manifest}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Invocation.of(arguments);
    }

    @Test
    void aClusterWithoutNamespacesIsNone() {
        api.remove("namespaces", "", "shop");
        api.remove("namespaces", "", "billing");
        for (String command : List.of("check", "map")) {
            Invocation run = Invocation.of(command, "--config", tenancy, "--kubeconfig", kubeconfig, manifest);
            assertThat(run.exitCode()).as(command).isEqualTo(ExitCode.ERROR);
            assertThat(run.err())
                    .isEqualTo(
                            "marchwarden: %s: no namespace (expected: those of a cluster; `kubectl get namespaces` lists them)\n"
                                    .formatted(api.url()));
        }
    }

    @Test
    void namespacesOfTheClusterDecide() {
        Invocation foreign = check("--kubeconfig", kubeconfig);
        assertThat(foreign.exitCode()).as(foreign.err()).isEqualTo(ExitCode.FOUND);
        assertThat(foreign.out()).contains("foreign-host");
        namespace("billing", "blue");
        assertThat(check("--kubeconfig", kubeconfig, "--context", "stand-in").exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void namespacesInFilesReplaceThoseOfTheCluster() throws Exception {
        Path file = Files.writeString(
                directory.resolve("namespaces.yaml"),
                "{apiVersion: v1, kind: Namespace, metadata: {name: billing, labels: {usergroup: blue, istio.io/rev: blue}}}");
        assertThat(check("--kubeconfig", kubeconfig, "--namespaces", file).exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void aClusterThatRefusesIsAnError() {
        api.fail(Call.LIST, "namespaces", 403);
        Invocation refused = check("--kubeconfig", kubeconfig);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .startsWith("marchwarden: cannot list")
                .contains(api.url(), "HTTP 403")
                .hasLineCount(1);
    }
}
