package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How helm is called, by a program in its place that takes down its arguments. */
class HelmTest {
    private static final HelmCluster POD = new HelmCluster(List.of(), "");

    @Test
    void asksTheClusterThatWeAsk() {
        Path one = Path.of("/one");
        HelmCluster named = new HelmCluster(List.of(one), "blue");
        assertThat(named.arguments()).containsExactly("--kubeconfig", "/one", "--kube-context", "blue");
        assertThat(named.environment()).isEmpty();
        HelmCluster merged = new HelmCluster(List.of(one, Path.of("/two")), "blue");
        assertThat(merged.arguments()).containsExactly("--kube-context", "blue");
        assertThat(merged.environment()).containsEntry("KUBECONFIG", "/one" + File.pathSeparator + "/two");
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private HelmRelease release() throws Exception {
        ObjectNode values = JSON.createObjectNode().put("revision", "a b; c");
        return new HelmRelease(
                "istiod-a",
                "mesh",
                ChartSource.parse("oci://registry.example.com/charts").chart("istiod", IstioVersion.DEFAULT),
                values);
    }

    /** Says which version it is, and otherwise does what the script says. */
    private Path program(String version, String script) throws IOException {
        Path program = directory.resolve("helm");
        Files.writeString(program, """
                #!/bin/sh
                if [ "$1" = version ]; then echo "%s"; exit; fi
                for argument in "$@"; do printf '%%s\\n' "$argument" >> "%s"; done
                %s
                """.formatted(version, directory.resolve("arguments"), script));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private Helm helm(String version, String script) throws IOException {
        return Helm.find(program(version, script), "", new HelmCluster(List.of(Path.of("/k config")), ""));
    }

    private List<String> arguments() throws IOException {
        return Files.readAllLines(directory.resolve("arguments"));
    }

    @Test
    void helm4UpgradesOnTheServer() throws Exception {
        helm("v4.1.4+g05fa379", "cat > '" + directory.resolve("values") + "'").upgrade(release(), MINUTE);
        assertThat(arguments())
                .containsExactly(
                        "upgrade",
                        "--install",
                        "istiod-a",
                        "oci://registry.example.com/charts/istiod",
                        "--version",
                        "1.30.3",
                        "--namespace",
                        "mesh",
                        "--values",
                        "-",
                        "--wait",
                        "--timeout",
                        "60s",
                        "--rollback-on-failure",
                        "--server-side=true",
                        "--force-conflicts",
                        "--kubeconfig",
                        "/k config");
        assertThat(JSON.readTree(directory.resolve("values").toFile()))
                .isEqualTo(release().values());
    }

    @Test
    void helm3HasOtherFlags() throws Exception {
        helm("v3.12.0", "cat > /dev/null").upgrade(release(), MINUTE);
        assertThat(arguments()).contains("--atomic").doesNotContain("--rollback-on-failure", "--server-side=true");
    }

    @Test
    void releasesComeWithTheirValues() throws Exception {
        Helm helm = helm("v3.19.1", """
                if [ "$1" = list ]; then
                  echo '[{"name":"istiod-a","namespace":"mesh","status":"failed","chart":"istiod-1.30.3"}]'
                else
                  echo '{"revision":"a"}'
                fi
                """);
        assertThat(helm.releases("mesh"))
                .containsExactlyEntriesOf(Map.of(
                        ObjectId.ofRelease("mesh", "istiod-a"),
                        new InstalledRelease(
                                "istiod-1.30.3",
                                "failed",
                                JSON.createObjectNode().put("revision", "a"))));
        assertThat(arguments())
                .containsSubsequence("list", "--namespace", "mesh", "--all", "get", "values", "istiod-a");
    }

    @Test
    void uninstallWaits() throws Exception {
        helm("v4.0.0", "").uninstall("mesh", "istiod-a", MINUTE);
        assertThat(arguments())
                .containsExactly(
                        "uninstall",
                        "istiod-a",
                        "--namespace",
                        "mesh",
                        "--wait",
                        "--timeout",
                        "60s",
                        "--kubeconfig",
                        "/k config");
    }

    @Test
    void itsOwnMessageIsCarriedThrough() throws Exception {
        Helm helm = helm("v4.1.4", "cat >/dev/null; echo 'Error: chart \"x\" not found' >&2; exit 1");
        assertThatThrownBy(() -> helm.template(release()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("helm template istiod-a oci://registry.example.com/charts/istiod")
                .hasMessageEndingWith(": Error: chart \"x\" not found");
    }

    @Test
    void whatIsNotDoneInTimeIsEnded() throws Exception {
        Path program = program("v4.1.4", "");
        Files.writeString(program, "#!/bin/sh\nsleep 60 & echo $! > '" + directory.resolve("child") + "'\nwait\n");
        long begin = System.nanoTime();
        assertThatThrownBy(() -> ProgramRun.of(List.of(program.toString()), Map.of(), "", Duration.ofMillis(500)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not done after");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        ProcessHandle.of(child).ifPresent(left -> assertThat(left.onExit()).succeedsWithin(Duration.ofSeconds(10)));
    }

    @Test
    void longOutputIsReadToItsEndAndCut() throws Exception {
        Path program = program("v4.1.4", "");
        Files.writeString(program, "#!/bin/sh\nhead -c 20000000 /dev/zero\nhead -c 20000000 /dev/zero >&2\n");
        ProgramRun run = ProgramRun.of(List.of(program.toString()), Map.of(), "", Duration.ofSeconds(60));
        assertThat(run.exit()).isZero();
        assertThat(run.out()).hasSize(16 << 20);
        assertThat(run.err()).hasSize(16 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.17.0", "v3.11.3", "v5.0.0", "no version"})
    void othersAreRefused(String version) throws Exception {
        Path program = program(version, "");
        assertThatThrownBy(() -> Helm.find(program, "", POD))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("(expected: helm 3.12 or newer, or helm 4)");
    }

    @Test
    void itIsFoundOnThePath() throws Exception {
        program("v4.1.4", "");
        String path = directory.resolve("nothing") + File.pathSeparator + directory;
        assertThat(Helm.find(null, path, POD)).isNotNull();
        assertThatThrownBy(() -> Helm.find(null, directory.resolve("nothing").toString(), POD))
                .hasMessageContaining("no helm on the PATH");
        assertThatThrownBy(() -> Helm.find(directory, "", POD)).hasMessageContaining("no program");
    }

    @ParameterizedTest
    @CsvSource({"v3.12.0,3.12", "v4.1.4+g05fa379,4.1", "'WARNING: x\nv3.19.1+gabc',3.19", "3.16.2,3.16"})
    void versionsAreRead(String output, String expected) {
        assertThat(HelmVersion.parse(output)).get().hasToString(expected);
    }
}
