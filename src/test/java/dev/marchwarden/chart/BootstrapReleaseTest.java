package dev.marchwarden.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Job in a release, by real helms against the stand-in for an API server: awaited, and taken away. */
@Timeout(300)
class BootstrapReleaseTest {
    private static final String NAME = "marchwarden-bootstrap";

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.startSecure();
    private Client admin;

    @BeforeEach
    void open() throws Exception {
        api.put(Chart.NAMESPACE, Map.of());
        admin = Client.of(api, directory, "admin", "system:masters");
    }

    @AfterEach
    void close() {
        api.close();
    }

    private ToolRun helm(KubernetesTool tool, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--namespace", Chart.NAMESPACE));
        return ToolRun.of(tool, directory, admin.kubeconfig(), all);
    }

    private ToolRun install(KubernetesTool tool) throws Exception {
        return helm(
                tool,
                "install",
                Chart.RELEASE,
                Chart.ROOT.toString(),
                "--values",
                Chart.values("bootstrap").toString());
    }

    private List<String> left() {
        return List.of("jobs", "serviceaccounts", "clusterroles", "clusterrolebindings", "configmaps").stream()
                .filter(kind -> api.all(kind).stream()
                        .map(object -> ((JsonNode) object).at("/metadata/name").asText())
                        .anyMatch(NAME::equals))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void nothingOfItIsLeftWhenItIsDone(KubernetesTool tool) throws Exception {
        api.runWorkloads();
        ToolRun run = install(tool);
        assertThat(run.succeeded()).as(run.text()).isTrue();
        assertThat(left()).isEmpty();
        ToolRun upgrade = helm(tool, "upgrade", Chart.RELEASE, Chart.ROOT.toString(), "--reuse-values");
        assertThat(upgrade.succeeded()).as(upgrade.text()).isTrue();
        assertThat(left()).isEmpty();
        ToolRun uninstall = helm(tool, "uninstall", Chart.RELEASE);
        assertThat(uninstall.succeeded()).as(uninstall.text()).isTrue();
    }

    /** The Job is there for a look, and the next upgrade makes it anew. helm 4 takes its rights away; helm 3 leaves them, which the guide says. */
    @ParameterizedTest
    @EnumSource(names = {"HELM", "HELM_3"})
    void whenItFailsTheReleaseFails(KubernetesTool tool) throws Exception {
        api.runWorkloadsButJobs();
        ToolRun run = install(tool);
        assertThat(run.succeeded()).isFalse();
        assertThat(run.err()).contains("failed");
        assertThat(left()).hasSize(tool == KubernetesTool.HELM ? 1 : 5).contains("jobs");
        String uid = uid();
        ToolRun again = helm(tool, "upgrade", Chart.RELEASE, Chart.ROOT.toString(), "--reuse-values");
        assertThat(again.succeeded()).isFalse();
        assertThat(uid()).isNotEqualTo(uid);
    }

    private String uid() {
        return Objects.requireNonNull(api.find("jobs", Chart.NAMESPACE, NAME))
                .at("/metadata/uid")
                .asText();
    }
}
