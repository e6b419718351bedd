package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How helm is told where a chart is. */
class ChartSourceTest {
    @TempDir
    private Path directory;

    private static List<String> istiod(String source) throws Exception {
        return ChartSource.parse(source).chart("istiod", IstioVersion.DEFAULT).arguments();
    }

    @Test
    void aRepositoryIsNamedBesideTheChart() throws Exception {
        assertThat(istiod("https://charts.example.com/istio/"))
                .containsExactly("istiod", "--repo", "https://charts.example.com/istio", "--version", "1.30.3");
    }

    @Test
    void inARegistryTheChartIsAPath() throws Exception {
        assertThat(istiod("oci://registry.example.com/charts"))
                .containsExactly("oci://registry.example.com/charts/istiod", "--version", "1.30.3");
    }

    @Test
    void aFolderIsAPathAndHelmSeesThatItIs() throws Exception {
        assertThat(istiod("test-fixtures/istio-charts")).containsExactly("./test-fixtures/istio-charts/istiod");
    }

    @Test
    void aFolderMayHoldPackagesOfSeveralVersions() throws Exception {
        Path packed = Files.writeString(directory.resolve("istiod-1.30.3.tgz"), "");
        Files.writeString(directory.resolve("istiod-1.29.5.tgz"), "");
        assertThat(istiod(directory.toString())).containsExactly(packed.toString());
    }

    @Test
    void aFolderMayBeThatOfARelease() throws Exception {
        Path chart = Files.createDirectories(directory.resolve("istio-control/istio-discovery"));
        Files.writeString(chart.resolve("Chart.yaml"), "{name: istiod, version: 1.30.3}");
        assertThat(istiod(directory.toString())).containsExactly(chart.toString());
    }

    @Test
    void aUrlHasAHostAndNothingBehindThePath() {
        for (String url : List.of("oci://", "https:///charts", "https://h/c?x=y", "https://h/c#x")) {
            assertThatThrownBy(() -> ChartSource.parse(url)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
