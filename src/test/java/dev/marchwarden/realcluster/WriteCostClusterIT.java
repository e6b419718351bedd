package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.twin.CelTwin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What a write of a namespace costs behind nothing, the CEL twin, Marchwarden and, where {@code GATEKEEPER} names a directory with it, Gatekeeper, in one run. It
 * prints figures and compares none: they depend on the machine.
 */
class WriteCostClusterIT {
    private static final Path TENANCY = InstalledCluster.FIXTURES.resolve("tenancy.yaml");
    private static final int CLIENTS = 4;
    private static final int WARM_UP = 250;
    private static final int WRITES = 1_000;

    /** In which the API server follows a change of what it enforces. */
    private static final int SETTLED_MILLIS = 5_000;

    @Test
    void whatAWriteCosts() throws Exception {
        try (TestCluster cluster = TestCluster.openOwn("write-cost")) {
            Kubectl admin = cluster.admin();
            for (int i = 0; i < CLIENTS; i++) {
                admin.must("create", "namespace", "app-ns-" + i);
                admin.must("label", "namespace", "app-ns-" + i, "usergroup=usergroup-1", "istio.io/rev=usergroup-1");
            }
            measure(cluster, "nothing");

            String twin = new CelTwin(TenancyFile.read(TENANCY)).yaml();
            admin.mustReading(twin, "apply", "-f", "-");
            measure(cluster, "the CEL twin");
            admin.mustReading(twin, "delete", "-f", "-");

            try (Installation marchwarden = new Installation(cluster, TENANCY)) {
                measure(cluster, "Marchwarden");
                assertThat(marchwarden.server().decisions()).hasSizeGreaterThan(CLIENTS * WRITES);
            }

            String gatekeeper = System.getenv("GATEKEEPER");
            if (gatekeeper == null) {
                System.out.println("Gatekeeper is not measured: set GATEKEEPER to a directory with it");
            } else {
                try (GatekeeperProcess peer =
                        GatekeeperProcess.start(cluster, Path.of(gatekeeper).toAbsolutePath())) {
                    measure(cluster, "Gatekeeper");
                    peer.requireRunning();
                }
            }
            measure(cluster, "nothing again");
        }
    }

    private static void measure(TestCluster cluster, String what) throws Exception {
        Thread.sleep(SETTLED_MILLIS);
        List<Long> nanos = new ArrayList<>();
        long begin;
        long end;
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            write(cluster, clients, WARM_UP);
            begin = System.nanoTime();
            nanos.addAll(write(cluster, clients, WRITES));
            end = System.nanoTime();
        }
        Collections.sort(nanos);
        System.out.printf(
                "behind %-14s %5.0f writes/s by %d clients; p50 %.1f ms, p99 %.1f ms%n",
                what + ":",
                nanos.size() / ((end - begin) / 1e9),
                CLIENTS,
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6);
    }

    /** By each client as many, one after the other, to a namespace of its own. */
    private static List<Long> write(TestCluster cluster, ExecutorService clients, int writes) throws Exception {
        List<Callable<List<Long>>> work = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            String namespace = "app-ns-" + client;
            work.add(() -> TimedWrites.of(cluster, namespace, writes));
        }
        List<Long> nanos = new ArrayList<>();
        for (Future<List<Long>> each : clients.invokeAll(work)) {
            nanos.addAll(each.get());
        }
        return nanos;
    }
}
