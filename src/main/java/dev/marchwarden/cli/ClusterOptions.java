package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.Helm;
import dev.marchwarden.bootstrap.HelmCluster;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.rollout.WaitLimits;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that choose the cluster, helm and the timeout. */
final class ClusterOptions {
    private static final Duration MAX = Duration.ofHours(1);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5})([smh]?)");
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
            paramLabel = "DURATION",
            defaultValue = "5m",
            description = "How long to wait for each step, as in 90s, 20m or 1h (default: ${DEFAULT-VALUE}).")
    private String timeout;

    boolean namesCluster() {
        return access.isNamed();
    }

    ClusterClient client(Duration timeout) {
        return access.client(timeout);
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

    WaitLimits limits() {
        return new WaitLimits(duration("--timeout", timeout), LOOK_EVERY);
    }

    /** Seconds where no unit is given. */
    static Duration duration(String option, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofSeconds(number);
            };
            if (!duration.isZero() && duration.compareTo(MAX) <= 0) {
                return duration;
            }
        }
        throw new Failure(
                option + " " + Quoted.of(text) + " (expected: 1s to " + MAX.toHours() + "h, as in 90s, 20m or 1h)");
    }
}
