package dev.marchwarden.realcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a node with a mesh on it is made of: the programs of Kubernetes, containerd, runc, CoreDNS and the CNI plugins in the directory that
 * {@code KUBEBUILDER_ASSETS} names, those of Istio in the one of {@code ISTIO_BINARIES}, and tools of the system.
 */
record NodeBinaries(Path kubernetes, Path istio) {
    private static final List<String> KUBERNETES = List.of(
            "etcd",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
            "kubectl",
            "containerd",
            "containerd-shim-runc-v2",
            "ctr",
            "runc",
            "coredns",
            "bridge",
            "host-local",
            "loopback");
    private static final List<String> ISTIO = List.of("pilot-discovery", "pilot-agent", "envoy");
    private static final List<String> SYSTEM = List.of("unshare", "nsenter", "ip", "iptables", "curl", "sleep", "tar");

    static NodeBinaries find() {
        return new NodeBinaries(directory("KUBEBUILDER_ASSETS"), directory("ISTIO_BINARIES"));
    }

    private static Path directory(String variable) {
        String named = System.getenv(variable);
        return Path.of(named == null || named.isBlank() ? "/nowhere" : named).toAbsolutePath();
    }

    /** Why no node can be started here; empty where one can. */
    Optional<String> obstacle() throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>();
        KUBERNETES.stream()
                .filter(name -> !Files.isExecutable(kubernetes.resolve(name)))
                .forEach(name -> missing.add(name + " in KUBEBUILDER_ASSETS"));
        ISTIO.stream()
                .filter(name -> !Files.isExecutable(istio.resolve(name)))
                .forEach(name -> missing.add(name + " in ISTIO_BINARIES"));
        if (!Files.exists(bootstrapTemplate())) {
            missing.add("envoy_bootstrap.json in ISTIO_BINARIES");
        }
        SYSTEM.stream().filter(name -> system(name).isEmpty()).forEach(name -> missing.add(name + " on this machine"));
        if (!missing.isEmpty()) {
            return Optional.of("no " + String.join(", no ", missing));
        }
        Process namespaces = new ProcessBuilder("unshare", "--net", "--mount", "--pid", "--fork", "true")
                .redirectErrorStream(true)
                .start();
        boolean may = namespaces.waitFor(10, TimeUnit.SECONDS) && namespaces.exitValue() == 0;
        return may
                ? Optional.empty()
                : Optional.of("no right to make network, mount and process namespaces (root has it)");
    }

    String program(String name) {
        return kubernetes.resolve(name).toString();
    }

    /** Of Envoy's configuration, filled in by pilot-agent; {@code tools/packaging/common} has it in Istio's source. */
    Path bootstrapTemplate() {
        return istio.resolve("envoy_bootstrap.json");
    }

    /** Where the system has it. */
    static Optional<Path> system(String name) {
        return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
