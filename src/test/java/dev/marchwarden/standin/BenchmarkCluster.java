package dev.marchwarden.standin;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The cluster of a benchmark, in a process of its own: {@code PORT NAMESPACES KUBECONFIG-DIRECTORY}. */
final class BenchmarkCluster {
    private BenchmarkCluster() {}

    public static void main(String[] arguments) throws Exception {
        StandInApiServer server = StandInApiServer.start(Integer.parseInt(arguments[0]));
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            String usergroup = "usergroup-" + (i % 2 + 1);
            server.put("namespace-" + i, Map.of("usergroup", usergroup, "istio.io/rev", usergroup));
        }
        server.kubeconfig(Path.of(arguments[2], "kubeconfig"), "benchmark");
        new CountDownLatch(1).await();
    }
}
