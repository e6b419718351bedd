package dev.marchwarden.verification;

import dev.marchwarden.cluster.HttpAnswer;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.cluster.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Asks istiods which proxies they have connected; each pod knows its own only. From its own loopback, which is where a forwarded port comes
 * out, an istiod answers without a token (istio: pilot/pkg/xds/debug.go, allowAuthenticatedOrLocalhost).
 */
record IstiodPods(PodConnections pods, Duration timeout) {
    /** Where it tells of itself, and the one that has all else too. */
    private static final int[] PORTS = {15014, 8080};

    List<ConnectedProxy> ask(NamespacedName istiod) throws IOException {
        String why = "";
        for (int port : PORTS) {
            try {
                HttpAnswer answer = pods.get(istiod, port, "/debug/syncz", timeout);
                if (answer.status() == 200) {
                    return SyncStatusReader.read(answer.body(), istiod);
                }
                why += "; port " + port + ": HTTP " + answer.status();
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                why += "; port " + port + ": " + e.getMessage();
            }
        }
        throw new IOException(why.substring(2));
    }
}
