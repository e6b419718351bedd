package dev.marchwarden.realcluster;

import dev.marchwarden.tools.KubernetesTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder that {@code KUBEBUILDER_ASSETS} names, as for other tests against a control plane: etcd, kube-apiserver, kubectl, and
 * kube-controller-manager, without which nobody deletes what is in a namespace.
 */
record ClusterBinaries(Path folder) {
    private static final String VARIABLE = "KUBEBUILDER_ASSETS";

    /** Empty where the variable is not set. */
    static Optional<ClusterBinaries> find() {
        String folder = System.getenv(VARIABLE);
        return folder == null || folder.isBlank()
                ? Optional.empty()
                : Optional.of(new ClusterBinaries(Path.of(folder).toAbsolutePath()));
    }

    Path etcd() {
        return need("etcd");
    }

    Path apiServer() {
        return need("kube-apiserver");
    }

    /** Whether it is there; the folder that setup-envtest makes has none. */
    boolean hasControllerManager() {
        return has("kube-controller-manager");
    }

    Path controllerManager() {
        return need("kube-controller-manager");
    }

    /** The folder's own, or the one that the other tests use. */
    static Path kubectl() {
        return find().filter(binaries -> binaries.has("kubectl"))
                .map(binaries -> binaries.need("kubectl"))
                .orElseGet(KubernetesTool.KUBECTL::path);
    }

    private boolean has(String name) {
        return Files.isExecutable(folder.resolve(name));
    }

    private Path need(String name) {
        if (!has(name)) {
            throw new IllegalStateException(
                    VARIABLE + " is " + folder + " (expected: a folder that holds " + name + ")");
        }
        return folder.resolve(name);
    }
}
