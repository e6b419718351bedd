package dev.marchwarden.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Which Endpoints and EndpointSlices Kubernetes' own controllers keep as the pods of a Service are: what somebody else writes there does not last. A label alone
 * does not tell, for anybody may set it: the controllers act on Services with a selector only (kubernetes pkg/controller/endpointslice, endpointslicemirroring).
 */
final class ManagedEndpoints {
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String SERVICE = "kubernetes.io/service-name";
    private static final String BY_SELECTOR = "endpointslice-controller.k8s.io";

    /** Namespaces and names of Services that select pods. */
    private final Set<String> selecting = new HashSet<>();

    void addService(JsonNode service) {
        if (!service.at("/spec/selector").isEmpty()) {
            selecting.add(key(service, service.at("/metadata/name").asText()));
        }
    }

    boolean isManaged(JsonNode endpoints) {
        JsonNode labels = endpoints.at("/metadata/labels");
        return switch (endpoints.path("kind").asText()) {
            case "Endpoints" ->
                selecting.contains(key(endpoints, endpoints.at("/metadata/name").asText()));
            case "EndpointSlice" ->
                labels.path(MANAGED_BY).asText().equals(BY_SELECTOR)
                        && selecting.contains(
                                key(endpoints, labels.path(SERVICE).asText()));
            default -> false;
        };
    }

    private static String key(JsonNode object, String service) {
        return object.at("/metadata/namespace").asText() + "/" + service;
    }
}
