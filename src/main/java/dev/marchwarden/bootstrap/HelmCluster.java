package dev.marchwarden.bootstrap;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cluster that helm asks: the same as ours, whatever its own variables and files say.
 *
 * @param kubeconfigs none for the service account of the pod
 * @param context empty for the current one
 */
public record HelmCluster(List<Path> kubeconfigs, String context) {
    public HelmCluster {
        kubeconfigs = List.copyOf(kubeconfigs);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (kubeconfigs.size() == 1) {
            arguments.addAll(List.of("--kubeconfig", kubeconfigs.getFirst().toString()));
        }
        if (!context.isEmpty()) {
            arguments.addAll(List.of("--kube-context", context));
        }
        return arguments;
    }

    /** Its flag takes one file; the variable takes several. */
    Map<String, String> environment() {
        return kubeconfigs.size() < 2
                ? Map.of()
                : Map.of(
                        "KUBECONFIG",
                        kubeconfigs.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
}
