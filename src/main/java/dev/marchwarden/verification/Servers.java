package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.ObjectKind;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds who of a usergroup can be asked over HTTP: the guide's httpbin if it is there, else the first by name. Gateways are no such servers. */
record Servers(ClusterObjects objects, Membership membership) {
    private static final Set<Integer> HTTP_PORTS = Set.of(80, 8000, 8080);
    private static final String OF_SERVICE = "kubernetes.io/service-name";

    Optional<Server> of(Usergroup usergroup) throws IOException {
        List<Server> found = new ArrayList<>();
        for (String namespace : membership.members(usergroup)) {
            Set<String> answering = answering(namespace);
            for (JsonNode service : objects.list(ObjectKind.SERVICE, namespace, "")) {
                String name = service.at("/metadata/name").asText();
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
    private Set<String> answering(String namespace) throws IOException {
        Set<String> pods = new HashSet<>();
        for (RunningPod pod : membership.pods(namespace, "")) {
            if (pod.isInjected() && !pod.applications().isEmpty()) {
                pods.add(pod.name().name());
            }
        }
        Set<String> services = new HashSet<>();
        for (JsonNode slice :
                pods.isEmpty() ? List.<JsonNode>of() : objects.list(ObjectKind.ENDPOINT_SLICE, namespace, "")) {
            for (JsonNode endpoint : slice.path("endpoints")) {
                boolean ready = endpoint.at("/conditions/ready").asBoolean(true);
                if (ready && pods.contains(endpoint.at("/targetRef/name").asText())) {
                    services.add(slice.at("/metadata/labels").path(OF_SERVICE).asText());
                }
            }
        }
        return services;
    }

    /** 0 where none is for HTTP, as far as Istio's way to name ports or a usual number tells. */
    private static int port(JsonNode service) {
        int usual = 0;
        for (JsonNode port : service.at("/spec/ports")) {
            String name = port.path("name").asText();
            String protocol = port.path("appProtocol").asText();
            int number = port.path("port").asInt();
            if (!port.path("protocol").asText("TCP").equals("TCP")) {
                continue;
            }
            if (protocol.equals("http") || (protocol.isEmpty() && (name.equals("http") || name.startsWith("http-")))) {
                return number;
            }
            if (usual == 0 && protocol.isEmpty() && !name.contains("-") && HTTP_PORTS.contains(number)) {
                usual = number;
            }
        }
        return service.at("/spec/type").asText().equals("ExternalName") ? 0 : usual;
    }
}
