package dev.marchwarden.standin;

import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Somebody with a kubeconfig for the stand-in, who runs kubectl and helm in a directory. */
public record Client(Path directory, Path kubeconfig) {

    /** One who is known to the stand-in by a token of its own. */
    public static Client of(StandInApiServer api, Path directory, String username, String... groups)
            throws IOException {
        String file = username.replaceAll("[^a-z0-9]", "-") + ".kubeconfig";
        return new Client(directory, api.kubeconfig(directory.resolve(file), username, groups));
    }

    public ToolRun kubectl(String... arguments) throws IOException, InterruptedException {
        return ToolRun.of(KubernetesTool.KUBECTL, directory, kubeconfig, List.of(arguments));
    }

    /** {@code kubectl ... -f -} with a manifest to read. */
    public ToolRun kubectlWith(String manifest, String... arguments) throws IOException, InterruptedException {
        return ToolRun.of(KubernetesTool.KUBECTL, directory, kubeconfig, List.of(arguments), manifest);
    }

    public ToolRun helm(String... arguments) throws IOException, InterruptedException {
        return ToolRun.of(KubernetesTool.HELM, directory, kubeconfig, List.of(arguments));
    }
}
