package dev.marchwarden.realcluster;

import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** kubectl, for a cluster and a user. */
final class Kubectl {
    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> user;

    private Kubectl(Path directory, Map<String, String> environment, List<String> user) {
        this.directory = directory;
        this.environment = environment;
        this.user = user;
    }

    /** The user of the kubeconfig, with nothing of this machine's environment. */
    static Kubectl of(Path kubeconfig, Path directory) {
        Map<String, String> environment = Map.of("HOME", directory.toString(), "KUBECONFIG", kubeconfig.toString());
        return new Kubectl(directory, environment, List.of());
    }

    /** The user of the environment's kubeconfig, which may name a program that asks it for credentials. */
    static Kubectl ofEnvironment(Path directory) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("KUBECACHEDIR", directory.resolve("cache").toString());
        return new Kubectl(directory, environment, List.of());
    }

    /** On behalf of somebody. */
    Kubectl as(String name, List<String> groups) {
        List<String> flags = new ArrayList<>(List.of("--as=" + name));
        groups.forEach(group -> flags.add("--as-group=" + group));
        return new Kubectl(directory, environment, flags);
    }

    ToolRun run(String... arguments) throws IOException, InterruptedException {
        return reading("", Arrays.asList(arguments));
    }

    /** With something on standard input. */
    ToolRun reading(String input, List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(user);
        all.addAll(arguments);
        return ToolRun.of(ClusterBinaries.kubectl(), directory, environment, all, input);
    }

    /** What it prints; fails where it fails. */
    String must(String... arguments) throws IOException, InterruptedException {
        return mustReading("", arguments);
    }

    /** The same, with something on standard input. */
    String mustReading(String input, String... arguments) throws IOException, InterruptedException {
        ToolRun run = reading(input, Arrays.asList(arguments));
        if (!run.succeeded()) {
            throw new AssertionError(
                    "kubectl " + String.join(" ", user) + " " + String.join(" ", arguments) + ": " + run.text());
        }
        return run.out();
    }
}
