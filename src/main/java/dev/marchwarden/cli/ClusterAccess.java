package dev.marchwarden.cli;

import dev.marchwarden.cluster.ApiServer;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster. */
final class ClusterAccess {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster, by the file's current context (default: that of the pod it runs in).")
    private @Nullable Path kubeconfig;

    @Nullable
    Path kubeconfig() {
        return kubeconfig;
    }

    ApiServer apiServer() {
        if (kubeconfig == null) {
            return ApiServer.ofPod()
                    .orElseThrow(() -> new Failure("no cluster is named (expected: --kubeconfig FILE, or a pod with a"
                            + " service account's token)"));
        }
        try {
            return ApiServer.ofKubeconfig(kubeconfig);
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }
}
