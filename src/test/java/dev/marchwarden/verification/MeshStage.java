package dev.marchwarden.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A stand-in cluster with the guide's two usergroups, and pods in it that look injected. */
final class MeshStage implements AutoCloseable {
    static final Usergroup ONE = Usergroup.named("usergroup-1");
    static final Usergroup TWO = Usergroup.named("usergroup-2");
    static final Tenancy TENANCY = Tenancy.of(List.of(ONE, TWO));

    final StandInApiServer api = StandInApiServer.startWithNodes();
    final ClusterClient cluster;
    final PodConnections pods;
    private final ApiServer client;

    MeshStage(Path directory) throws Exception {
        Path kubeconfig = api.kubeconfig(directory.resolve("kubeconfig"), "ann");
        client = new ApiServer(ClusterConfig.ofKubeconfig(kubeconfig));
        cluster = new ClusterClient(ClusterConfig.ofKubeconfig(kubeconfig), Duration.ofSeconds(5));
        pods = new PodConnections(client);
        for (Usergroup each : TENANCY.usergroups()) {
            api.put(each.name(), Map.of("usergroup", each.name()));
        }
        member("app-ns-1", ONE);
        member("app-ns-2", TWO);
        api.put("elsewhere", Map.of());
    }

    void member(String namespace, Usergroup usergroup) {
        api.put(namespace, Map.of("usergroup", usergroup.name(), "istio.io/rev", usergroup.defaultRevision()));
    }

    void istiod(Usergroup usergroup, String pod, String syncz) {
        istiod(usergroup, pod);
        String answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(syncz.getBytes(UTF_8).length) + "\r\n" + syncz + "\r\n0\r\n\r\n";
        api.kubelets()
                .listen(
                        usergroup.systemNamespace(),
                        pod,
                        15014,
                        path -> path.equals("/debug/syncz")
                                ? answer.getBytes(UTF_8)
                                : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
    }

    /** One that nobody has made to answer. */
    void istiod(Usergroup usergroup, String pod) {
        api.put("""
                {apiVersion: v1, kind: Pod,
                 metadata: {name: %s, namespace: %s, labels: {app: istiod, istio.io/rev: %s}},
                 spec: {nodeName: node-1, containers: [{name: discovery}]},
                 status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}""".formatted(pod, usergroup.systemNamespace(), usergroup.defaultRevision()));
    }

    void injected(String namespace, String pod, String app, String container) {
        api.put("""
                {apiVersion: v1, kind: Pod,
                 metadata: {name: %s, namespace: %s, labels: {app: %s},
                            annotations: {sidecar.istio.io/status: '{"initContainers":["istio-init"],"containers":["istio-proxy"]}'}},
                 spec: {nodeName: node-1, containers: [{name: istio-proxy}, {name: %s}]},
                 status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}""".formatted(pod, namespace, app, container));
    }

    /** A Service with one ready pod behind it. */
    void service(String namespace, String name, String ports, String pod) {
        api.put("""
                {apiVersion: v1, kind: Service, metadata: {name: %s, namespace: %s}, spec: {ports: %s}}""".formatted(name, namespace, ports));
        api.put("""
                {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice,
                 metadata: {name: %1$s-x7, namespace: %2$s, labels: {kubernetes.io/service-name: %1$s}},
                 addressType: IPv4,
                 endpoints: [{addresses: [10.1.2.3], conditions: {ready: true}, targetRef: {kind: Pod, name: %3$s}}]}""".formatted(name, namespace, pod));
    }

    @Override
    public void close() {
        cluster.close();
        client.close();
        api.close();
    }
}
