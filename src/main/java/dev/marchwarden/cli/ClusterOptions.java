package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.HelmCluster;
import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.rollout.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster, and how to get at it with helm too. */
final class ClusterOptions {
    private static final int MAX_SECONDS = 3_600;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    @Mixin
    private ClusterAccess access;

    @Option(
            names = "--helm",
            paramLabel = "FILE",
            description = "The helm command, 3.12 or newer (default: the one on the PATH).")
    private @Nullable Path helm;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for each step to be up (default: ${DEFAULT-VALUE}).")
    private int timeout;

    boolean namesCluster() {
        return access.isNamed();
    }

    ApiServer apiServer() {
        return access.apiServer();
    }

    Helm helm() {
        try {
            ClusterConfig config = access.config();
            return Helm.find(
                    helm,
                    Objects.requireNonNullElse(System.getenv("PATH"), ""),
                    new HelmCluster(config.files(), config.context()));
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    Patience patience() {
        if (timeout < 1 || timeout > MAX_SECONDS) {
            throw new Failure("--timeout " + timeout + " (expected: 1 to " + MAX_SECONDS + " seconds)");
        }
        return new Patience(Duration.ofSeconds(timeout), LOOK_EVERY);
    }
}
