package dev.marchwarden.bootstrap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chart, and where helm finds it.
 *
 * @param name as its Chart.yaml has it
 * @param version likewise
 * @param reference a name in a repository, an {@code oci://} reference, or a path
 * @param repository the URL of the repository that the reference is a name in; null for the others
 */
public record Chart(
        String name,
        String version,
        String reference,
        @Nullable String repository) {
    static Chart inRepository(String name, IstioVersion version, String repository) {
        return new Chart(name, version.toString(), name, repository);
    }

    static Chart inRegistry(String name, IstioVersion version, String registry) {
        return new Chart(name, version.toString(), registry + "/" + name, null);
    }

    static Chart inFolder(String name, IstioVersion version, String path) {
        return new Chart(name, version.toString(), path, null);
    }

    /** What helm's commands take for it. A path has its version in itself, and helm takes no other. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(reference));
        if (repository != null) {
            arguments.addAll(List.of("--repo", repository));
        }
        if (repository != null || reference.startsWith(ChartSource.OCI)) {
            arguments.addAll(List.of("--version", version));
        }
        return arguments;
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
