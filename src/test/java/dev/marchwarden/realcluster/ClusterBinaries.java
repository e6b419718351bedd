package dev.marchwarden.realcluster;

import dev.marchwarden.tools.KubernetesTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directory that {@code KUBEBUILDER_ASSETS} names, as for other tests against a control plane: etcd, kube-apiserver, kubectl, and
 * kube-controller-manager, without which nobody deletes what is in a namespace.
 */
record ClusterBinaries(Path directory) {
    private static final String VARIABLE = "KUBEBUILDER_ASSETS";

    /** Empty where the variable is not set. */
    static Optional<ClusterBinaries> find() {
        String directory = System.getenv(VARIABLE);
        return directory == null || directory.isBlank()
                ? Optional.empty()
                : Optional.of(new ClusterBinaries(Path.of(directory).toAbsolutePath()));
    }

    Path etcd() {
        return need("etcd");
    }

    Path apiServer() {
        return need("kube-apiserver");
    }

    /** Whether it is there; the directory that setup-envtest makes has none. */
    boolean hasControllerManager() {
        return has("kube-controller-manager");
    }

    Path controllerManager() {
        return need("kube-controller-manager");
    }

    /** The directory's own, or the one that the other tests use. */
    static Path kubectl() {
        return find().filter(binaries -> binaries.has("kubectl"))
                .map(binaries -> binaries.need("kubectl"))
                .orElseGet(KubernetesTool.KUBECTL::path);
    }

    private boolean has(String name) {
        return Files.isExecutable(directory.resolve(name));
    }

    private Path need(String name) {
        if (!has(name)) {
            throw new IllegalStateException(
                    VARIABLE + " is " + directory + " (expected: a directory that holds " + name + ")");
        }
        return directory.resolve(name);
    }
}
