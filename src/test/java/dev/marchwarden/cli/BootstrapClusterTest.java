package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.Eventually;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tools.KubernetesTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bootstrap} with a cluster, as its user sees it. */
@Timeout(180)
class BootstrapClusterTest {
    private static final String TENANCY = """
            apiVersion: marchwarden.dev/v1alpha1
            kind: Tenancy
            metadata: {name: default}
            spec: {usergroups: [{name: mesh}]}
            """;

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private Path tenancy;
    private Path kubeconfig;

    @BeforeEach
    void open() throws Exception {
        tenancy = Files.writeString(directory.resolve("tenancy.yaml"), TENANCY);
        kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
        api.permit(spec -> true);
        api.forgetKinds("istio.io");
        api.forgetKinds("gateway.networking.k8s.io");
        api.runIstiods();
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Object[] arguments(String command, Object... more) {
        List<Object> all = new ArrayList<>(Arrays.asList("bootstrap", command));
        all.addAll(Arrays.asList(more));
        all.addAll(List.of("--config", tenancy, "--kubeconfig", kubeconfig));
        if (!command.equals("assign")) {
            all.addAll(List.of("--helm", KubernetesTool.HELM.path(), "--timeout", "30"));
        }
        if (!command.equals("assign") && !command.equals("remove")) {
            all.addAll(List.of("--charts", "test-fixtures/istio-charts"));
        }
        return all.toArray();
    }

    private Invocation run(int exitCode, String command, Object... more) {
        Invocation run = Invocation.of(arguments(command, more));
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        return run;
    }

    @Test
    void fromPlanToRemove() throws Exception {
        api.runWorkloads();
        assertThat(run(ExitCode.FOUND, "plan").out()).containsPattern("(\\d+) steps: \\1 to create, 0 to update");
        assertThat(run(ExitCode.OK, "apply").out())
                .contains("create HelmRelease mesh/istiod-mesh")
                .containsPattern("(?s)\\[ *1/(\\d+)] base-namespace.*\\n\\1 created, 0 updated");
        assertThat(run(ExitCode.OK, "plan").out())
                .containsPattern("(\\d+) steps: 0 to create, 0 to update, \\1 unchanged");

        api.put("shop", Map.of());
        assertThat(run(ExitCode.OK, "assign", "shop", "--usergroup", "mesh").out())
                .isEqualTo("shop is a member of usergroup mesh now, injected by revision mesh\n");
        assertThat(run(ExitCode.OK, "status").lines())
                .contains("usergroup mesh, revision mesh: istiod-1.30.3, available, 1 namespace");
        Path values = Files.writeString(directory.resolve("values.yaml"), "pilot: {autoscaleMin: 3}\n");
        assertThat(run(ExitCode.FOUND, "status", "--values", "mesh=" + values).out())
                .containsPattern(
                        "not as it should be: .*istiod.*\n *update +HelmRelease mesh/istiod-mesh .*\n *.*autoscaleMin: .* -> 3\n")
                .doesNotContain("  unchanged ");
        assertThat(run(ExitCode.OK, "status", "-o", "json").out())
                .satisfies(json ->
                        assertThat(new ObjectMapper().readTree(json).toString()).isEqualTo("""
                        {"asWanted":true,"controlPlanes":[{"usergroup":"mesh","revision":"mesh","chart":"istiod-1.30.3","available":true,\
                        "namespaces":1,"tags":[]}],"toDo":[],"findings":[],"retired":[]}"""));
        assertThat(run(ExitCode.FOUND, "assign", "kube-system", "--usergroup", "mesh")
                        .err())
                .startsWith("marchwarden: namespace kube-system: protected by the tenancy");

        Files.writeString(tenancy, TENANCY.replace("name: mesh", "name: another"));
        assertThat(run(ExitCode.FOUND, "plan", "-o", "json").out())
                .satisfies(json -> assertThat(new ObjectMapper()
                                .readTree(json)
                                .path("retired")
                                .path(0)
                                .asText())
                        .startsWith("usergroup mesh: not in the tenancy any more, but still in the cluster"));
        assertThat(run(ExitCode.FOUND, "remove", "--usergroup", "mesh").errors())
                .startsWith("marchwarden: nothing was removed, because of:")
                .anyMatch(line -> line.startsWith("  Namespace shop: a member"));
        api.put("shop", Map.of());
        assertThat(run(ExitCode.OK, "remove", "--usergroup", "mesh").out())
                .contains("nothing of usergroup mesh is left");
        assertThat(api.labels("mesh")).isNull();
        assertThat(run(ExitCode.OK, "remove", "--usergroup", "mesh").out())
                .isEqualTo("nothing of usergroup mesh is there\n");
    }

    /** Everything is gone by then. */
    @Test
    void whoCannotBeVerifiedAfterTheRemovalIsSaidSo() throws Exception {
        api.put("mesh", Map.of("usergroup", "mesh"));
        api.holdAnswers(Call.WRITE);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Invocation> running =
                    executor.submit(() -> Invocation.of(arguments("remove", "--usergroup", "mesh")));
            Eventually.await("the namespace is deleted", () -> api.answersHeld() == 1);
            api.fail(Call.LIST, 403);
            api.restore(Call.WRITE);
            Invocation run = running.get();
            assertThat(run.exitCode()).isEqualTo(ExitCode.ERROR);
            assertThat(run.err())
                    .startsWith(
                            "marchwarden: usergroup mesh was removed, but the others could not be verified afterwards: ")
                    .endsWith(" (expected: an API server that answers; run `marchwarden verify`)\n");
        }
        assertThat(api.labels("mesh")).isNull();
    }

    @Test
    void whatIsInTheWayStopsItBeforeItBegins() {
        api.put("mesh", Map.of("usergroup", "other"));
        assertThat(run(ExitCode.FOUND, "apply").out())
                .contains("error    Namespace mesh: the system namespace of usergroup mesh,", "nothing was done");
        assertThat(api.labels("istio-system")).isNull();
    }

    /** While helm waits for an istiod that does not come up. */
    @Test
    void aSignalEndsItAndItGoesOnThereafter() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Marchwarden.class.getName()));
        Arrays.stream(arguments("apply")).map(Object::toString).forEach(command::add);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // Left from somebody's work with another cluster; helm is to go by the one that is named.
        builder.environment().put("HELM_KUBEAPISERVER", "http://127.0.0.1:9");
        builder.environment().put("HELM_KUBECONTEXT", "elsewhere");
        Process process = builder.start();
        try {
            Eventually.await("istiod is there", () -> api.find("deployments", "mesh", "istiod-mesh") != null);
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err))
                .contains(
                        "marchwarden: stopped at mesh/istiod-mesh: ",
                        "interrupted",
                        "  done: base-namespace, base, mesh/namespace, mesh/network-policy, ",
                        "  not done: mesh/validator");
        api.runWorkloads();
        assertThat(run(ExitCode.OK, "apply").out()).containsPattern("\\[ *\\d+/\\d+] mesh/istiod-mesh");
        assertThat(run(ExitCode.OK, "plan").out()).contains(" 0 to create, 0 to update, ");
    }

    @Test
    void whoNamesNoClusterIsTold() {
        Invocation run = Invocation.of(
                "bootstrap",
                "apply",
                "--config",
                tenancy,
                "--helm",
                KubernetesTool.HELM.path(),
                "--charts",
                "test-fixtures/istio-charts");
        assertThat(run.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(run.err())
                .isEqualTo(
                        "marchwarden: no cluster is given (expected: --kubeconfig FILE, $KUBECONFIG, ~/.kube/config, or a pod with a service account token)\n");
    }
}
