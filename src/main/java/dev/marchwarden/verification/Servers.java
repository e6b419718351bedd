package dev.marchwarden.verification;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.Usergroup;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Finds the server of a usergroup for a probe: the guide's httpbin if it is there, else the first by name. Gateways are no such servers. */
record Servers(ClusterClient cluster, Membership membership) {
    private static final Set<Integer> HTTP_PORTS = Set.of(80, 8000, 8080);
    private static final String OF_SERVICE = "kubernetes.io/service-name";

    Optional<Server> of(Usergroup usergroup) throws ClusterException {
        List<Server> found = new ArrayList<>();
        for (String namespace : membership.members(usergroup)) {
            Set<String> answering = answering(namespace);
            for (Service service : cluster.list(Kind.SERVICE, namespace, "")) {
                String name = service.getMetadata().getName();
                int port = port(service);
                if (port > 0 && answering.contains(name)) {
                    found.add(new Server(new NamespacedName(namespace, name), port));
                }
            }
        }
        return found.stream()
                .min(Comparator.comparing(
                                (Server each) -> !each.service().name().equals("httpbin"))
                        .thenComparing(each -> each.service().toString()));
    }

    /** The Services that have a ready endpoint whose pod has an application behind a proxy. */
    private Set<String> answering(String namespace) throws ClusterException {
        Set<String> pods = new HashSet<>();
        for (RunningPod pod : membership.pods(namespace, "")) {
            if (pod.isInjected() && !pod.applications().isEmpty()) {
                pods.add(pod.name().name());
            }
        }
        Set<String> services = new HashSet<>();
        if (pods.isEmpty()) {
            return services;
        }
        for (EndpointSlice slice : cluster.list(Kind.ENDPOINT_SLICE, namespace, "")) {
            if (slice.getEndpoints().stream().anyMatch(endpoint -> isReady(endpoint, pods))) {
                services.add(ObjectMetadata.label(slice, OF_SERVICE));
            }
        }
        return services;
    }

    /** Ready is what is not told: an endpoint without that condition is (kubernetes: EndpointConditions). */
    private static boolean isReady(Endpoint endpoint, Set<String> pods) {
        boolean isReady = endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
        return isReady
                && endpoint.getTargetRef() != null
                && pods.contains(endpoint.getTargetRef().getName());
    }

    /** 0 where none is for HTTP, as far as Istio's way to name ports or a usual number tells. */
    private static int port(Service service) {
        int usual = 0;
        for (ServicePort port : service.getSpec().getPorts()) {
            String name = Objects.requireNonNullElse(port.getName(), "");
            String protocol = Objects.requireNonNullElse(port.getAppProtocol(), "");
            int number = Objects.requireNonNullElse(port.getPort(), 0);
            if (!Objects.requireNonNullElse(port.getProtocol(), "TCP").equals("TCP")) {
                continue;
            }
            if (protocol.equals("http") || (protocol.isEmpty() && (name.equals("http") || name.startsWith("http-")))) {
                return number;
            }
            if (usual == 0 && protocol.isEmpty() && !name.contains("-") && HTTP_PORTS.contains(number)) {
                usual = number;
            }
        }
        return "ExternalName".equals(service.getSpec().getType()) ? 0 : usual;
    }
}
