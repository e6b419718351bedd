package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.certificates.CertificateAuthority;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** An istiod for each namespace and revision of which there is a pod that runs, until the last has ended. */
final class Istiods implements AutoCloseable {
    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);

    private final ClusterApi api;
    private final Map<String, CertificateAuthority> roots = new HashMap<>();
    private final Map<String, Istiod> running = new HashMap<>();
    private final List<Istiod.Call> calls = new CopyOnWriteArrayList<>();

    Istiods(ClusterApi api) {
        this.api = api;
    }

    /** What the API server has asked of their webhooks since they were last forgotten. */
    List<Istiod.Call> calls() {
        return List.copyOf(calls);
    }

    void forgetCalls() {
        calls.clear();
    }

    void look() throws IOException, InterruptedException {
        Set<String> wanted = new HashSet<>();
        Set<String> namespaces = new HashSet<>();
        for (JsonNode pod : api.list("/api/v1/pods?labelSelector=app%3Distiod")) {
            if (pod.at("/status/phase").asText().equals("Running")) {
                String namespace = pod.at("/metadata/namespace").asText();
                String revision =
                        pod.at("/metadata/labels").path("istio.io/rev").asText();
                namespaces.add(namespace);
                wanted.add(namespace + "/" + revision);
                running.computeIfAbsent(
                        namespace + "/" + revision,
                        none -> new Istiod(api, namespace, revision, root(namespace), calls::add));
            }
        }
        running.entrySet().removeIf(one -> {
            boolean ended = !wanted.contains(one.getKey());
            if (ended) {
                one.getValue().close();
            }
            return ended;
        });
        roots.keySet().retainAll(namespaces);
        for (Istiod each : running.values()) {
            each.look();
        }
    }

    private CertificateAuthority root(String namespace) {
        return roots.computeIfAbsent(
                namespace, none -> CertificateAuthority.create(InstantSource.system(), ROOT_LIFETIME));
    }

    @Override
    public void close() {
        running.values().forEach(Istiod::close);
    }
}
