package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where Istio's charts {@code base} and {@code istiod} come from. */
public sealed interface ChartSource {
    String OCI = "oci://";
    String HTTPS = "https://";

    /** What is expected of one, for messages. */
    String URL = "a URL with a host, and without a query or fragment";

    /** As istio.io/latest/docs/setup/install/helm has it. */
    ChartSource ISTIO = new Repository("https://istio-release.storage.googleapis.com/charts");

    /** The chart of a name and version. Throws {@link IOException} with a line for people where it is known not to be there. */
    Chart chart(String name, IstioVersion version) throws IOException;

    /** Throws {@link IllegalArgumentException} with what was expected. */
    static ChartSource parse(String text) {
        if (text.startsWith(OCI)) {
            return new Registry(url(text));
        }
        if (text.startsWith(HTTPS)) {
            return new Repository(url(text));
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException(
                    "oci://, https:// or a directory: another protocol does not protect the chart on its way");
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("oci://REGISTRY/PATH, https://REPOSITORY or a directory");
        }
        return new Directory(Path.of(text));
    }

    private static String url(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(URL, e);
        }
        if (url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(URL);
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a URL without credentials, because it is printed: `helm registry login` or `helm repo add` store them");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** A chart repository; the charts are entries of its index. */
    record Repository(String url) implements ChartSource {
        @Override
        public Chart chart(String name, IstioVersion version) {
            return Chart.inRepository(name, version, url);
        }

        @Override
        public String toString() {
            return url;
        }
    }

    /** A path in an OCI registry, with a repository a chart. */
    record Registry(String url) implements ChartSource {
        @Override
        public Chart chart(String name, IstioVersion version) {
            return Chart.inRegistry(name, version, url);
        }

        @Override
        public String toString() {
            return url;
        }
    }

    /**
     * A directory of charts: as {@code helm pull} leaves them ({@code istiod-1.30.3.tgz}), unpacked ({@code istiod}), or as a release of Istio
     * has them ({@code istio-control/istio-discovery}).
     */
    record Directory(Path path) implements ChartSource {
        @Override
        public Chart chart(String name, IstioVersion version) throws IOException {
            Path packed = path.resolve(name + "-" + version + ".tgz");
            if (Files.isReadable(packed)) {
                return Chart.inFolder(name, version, helmPath(packed));
            }
            for (String unpacked :
                    name.equals(IstioNames.ISTIOD) ? List.of(name, "istio-control/istio-discovery") : List.of(name)) {
                Path directory = path.resolve(unpacked);
                if (Files.isReadable(directory.resolve("Chart.yaml"))) {
                    requireVersion(directory.resolve("Chart.yaml"), version);
                    return Chart.inFolder(name, version, helmPath(directory));
                }
            }
            throw new IOException("%s: no chart %s (expected: %s-%s.tgz, or a directory %s with a Chart.yaml)"
                    .formatted(path, name, name, version, name));
        }

        private static void requireVersion(Path file, IstioVersion version) throws IOException {
            JsonNode found = YamlTrees.MAPPER.readTree(file.toFile()).path("version");
            if (!found.asText().equals(version.toString())) {
                throw new IOException("%s: version %s (expected: %s, or --istio-version %s)"
                        .formatted(file, Quoted.of(found.asText()), version, Quoted.bare(found.asText())));
            }
        }

        /** Helm takes what has neither {@code /} in front nor {@code ./} for a name in a repository. */
        private static String helmPath(Path chart) {
            String text = chart.toString();
            return chart.isAbsolute() || text.startsWith(".") ? text : "./" + text;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }
}
