package dev.marchwarden.cli;

import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose the cluster and its credentials. */
final class ClusterAccess {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "The kubeconfig (default: $KUBECONFIG, then ~/.kube/config, then the service account of the pod).")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of the kubeconfig (default: its current context).")
    private @Nullable String context;

    private @Nullable ClusterConfig config;

    /** Whether the command line says which cluster. */
    boolean isNamed() {
        return kubeconfig != null || context != null;
    }

    /** Read once: a program of the kubeconfig that gives credentials may ask the user to log in. */
    ClusterConfig config() {
        if (config == null) {
            config = InputFiles.cluster(kubeconfig, context);
        }
        return config.copy();
    }

    ApiServer apiServer() {
        return new ApiServer(config());
    }

    /** @param timeout of each request */
    ClusterClient client(Duration timeout) {
        return new ClusterClient(config(), timeout);
    }
}
