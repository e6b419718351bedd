package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What configuration opens. Between usergroups a control plane reads only its own namespaces, and a peer with another's certificate is refused: routes,
 * hosts and addresses across are dead, unless something else in this package is open. Between the namespaces of an isolated usergroup they have one control plane
 * and one root, and what one can see it can use.
 */
final class ConfigurationReach {
    private static final String GATEWAY_API = "gateway.networking.k8s.io/";
    private static final String ISTIO = "networking.istio.io/";
    private static final Set<String> ROUTES = Set.of("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute");
    /** Puts code or clusters of the author's into proxies (pilot/pkg/networking/core/envoyfilter; pilot/pkg/model/extensions.go). */
    private static final Set<String> CODE = Set.of(
            ISTIO + "EnvoyFilter",
            "extensions.istio.io/WasmPlugin",
            "extensions.istio.io/TrafficExtension",
            ISTIO + "ProxyConfig");
    /** Read here or by {@link TrustReach}, or seen to reach nobody: they narrow, or speak of the own clients only. */
    private static final Set<String> KNOWN = Set.of(
            ISTIO + "VirtualService",
            ISTIO + "DestinationRule",
            ISTIO + "ServiceEntry",
            ISTIO + "WorkloadEntry",
            ISTIO + "WorkloadGroup",
            ISTIO + "Gateway",
            ISTIO + "Sidecar",
            "security.istio.io/PeerAuthentication",
            "security.istio.io/AuthorizationPolicy",
            "security.istio.io/RequestAuthentication",
            "telemetry.istio.io/Telemetry",
            GATEWAY_API + "GatewayClass",
            GATEWAY_API + "Gateway",
            GATEWAY_API + "ListenerSet",
            GATEWAY_API + "HTTPRoute",
            GATEWAY_API + "GRPCRoute",
            GATEWAY_API + "TLSRoute",
            GATEWAY_API + "TCPRoute",
            GATEWAY_API + "UDPRoute",
            GATEWAY_API + "ReferenceGrant",
            GATEWAY_API + "BackendTLSPolicy",
            GATEWAY_API + "ConformanceReport");

    static final Set<String> GUARDED = Set.of(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "gateway.networking.k8s.io",
            "gateway.networking.x-k8s.io");

    private final ClusterObjects objects;
    private final Sides sides;
    private final Meshes meshes;
    private final Destinations destinations;
    private final GatewayNames names = new GatewayNames();
    /** By the namespace that grants and the one that is granted. */
    private final Map<String, List<Manifest>> grants = new HashMap<>();

    ConfigurationReach(ClusterObjects objects, Sides sides, Meshes meshes, Destinations destinations) {
        this.objects = objects;
        this.sides = sides;
        this.meshes = meshes;
        this.destinations = destinations;
    }

    void look(Consumer<Opening> found) {
        code(found);
        for (Manifest grant : objects.of(GATEWAY_API + "ReferenceGrant")) {
            grant.object()
                    .at("/spec/from")
                    .forEach(from -> grants.computeIfAbsent(
                                    objects.namespace(grant) + " "
                                            + from.path("namespace").asText(),
                                    all -> new ArrayList<>())
                            .add(grant));
        }
        each("/Service", "defaultServiceExportTo", found, this::service);
        each(ISTIO + "VirtualService", "defaultVirtualServiceExportTo", found, this::virtualService);
        each(ISTIO + "ServiceEntry", "defaultServiceExportTo", found, this::serviceEntry);
        each(
                ISTIO + "WorkloadEntry",
                "",
                found,
                (its, out) -> address(its, its.spec().path("address"), "spec.address", out));
        each("/Endpoints", "", found, this::endpoints);
        each("discovery.k8s.io/EndpointSlice", "", found, this::endpointSlice);
        each(GATEWAY_API + "Gateway", "", found, this::gateway);
        each(GATEWAY_API + "ListenerSet", "", found, this::gateway);
        ROUTES.forEach(kind -> each(GATEWAY_API + kind, "", found, this::route));
        each("networking.k8s.io/Ingress", "", found, this::ingress);
        names.look(found);
    }

    private interface Look {
        void look(Its its, Consumer<Opening> found);
    }

    /** An object of an isolated namespace, as a control plane reads it. */
    private record Its(Manifest manifest, String namespace, Usergroup usergroup, Exports exports) {
        JsonNode spec() {
            return manifest.object().path("spec");
        }

        ChainLink link(String field, String value) {
            return ChainLink.of(manifest, namespace, field, value);
        }

        Scope self() {
            return Scope.namespace(namespace);
        }
    }

    private void each(String kind, String byDefault, Consumer<Opening> found, Look look) {
        for (Manifest manifest : objects.of(kind)) {
            String namespace = objects.namespace(manifest);
            if (!sides.isolated(namespace)) {
                continue;
            }
            for (Mesh mesh : meshes.reading(manifest, namespace)) {
                boolean service = kind.equals("/Service");
                String field = service ? "metadata.annotations[networking.istio.io/exportTo]" : "spec.exportTo";
                JsonNode exportTo =
                        service ? annotated(manifest) : manifest.object().at("/spec/exportTo");
                Exports exports = byDefault.isEmpty()
                        ? new Exports(false, List.of(), Scope.namespace(namespace), false)
                        : Exports.of(manifest, namespace, exportTo, field, byDefault, mesh, objects, sides);
                if (mesh.name().equals(sides.usergroup(namespace))) {
                    look.look(new Its(manifest, namespace, mesh.usergroup(), exports), found);
                }
            }
        }
    }

    /** pilot/pkg/serviceregistry/kube/conversion.go: names with commas between. */
    private static ArrayNode annotated(Manifest service) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        String value = service.object()
                .at("/metadata/annotations")
                .path("networking.istio.io/exportTo")
                .asText();
        for (String item : value.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }

    private void code(Consumer<Opening> found) {
        for (String kind : objects.kinds()) {
            boolean guarded = GUARDED.contains(kind.substring(0, kind.indexOf('/')));
            boolean code = CODE.contains(kind);
            if (!guarded || (KNOWN.contains(kind) && !code)) {
                continue;
            }
            for (Manifest manifest : objects.of(kind)) {
                String namespace = objects.namespace(manifest);
                boolean harmless = kind.endsWith("/ProxyConfig")
                        && manifest.object().at("/spec/environmentVariables").isEmpty();
                if (harmless || meshes.reading(manifest, namespace).isEmpty()) {
                    continue;
                }
                found.accept(new Opening(
                        Scope.ANYONE,
                        sides.configured(namespace),
                        List.of(ChainLink.of(
                                manifest,
                                namespace,
                                code ? "spec" : "kind",
                                code ? "not known what it does" : manifest.kind())),
                        code ? RuleName.RAW_PROXY_CONFIG : RuleName.UNKNOWN_KIND,
                        code
                                ? "it is put into the proxies as it stands, and may open them"
                                : "a kind that the model does not know may open anything"));
            }
        }
    }

    /** Whoever sees a Service has its endpoints, and a certificate that they take (pilot/pkg/model/push_context.go IsServiceVisible). */
    private void service(Its its, Consumer<Opening> found) {
        if (its.exports.isBeyond()
                && !"ExternalName".equals(its.spec().path("type").asText())) {
            found.accept(new Opening(
                    its.exports.to(),
                    its.self(),
                    its.exports.beyond(),
                    its.exports.rule(),
                    "their proxies see this Service and its endpoints, and share a root with them"));
        }
        leads(its, its.spec().path("externalName"), "spec.externalName", RuleName.FOREIGN_HOST, found);
    }

    /** A VirtualService on the mesh takes its hosts from all who see it (pilot/pkg/networking/core/route, SelectVirtualServices). */
    private void virtualService(Its its, Consumer<Opening> found) {
        JsonNode gateways = its.spec().path("gateways");
        boolean mesh = gateways.isEmpty()
                || gateways.valueStream().anyMatch(gateway -> gateway.asText().equals("mesh"));
        taken(its, mesh && takesForeign(its, true), found);
        String shared = its.usergroup.systemNamespace() + "/";
        boolean atShared = its.exports.toSystem()
                && gateways.valueStream().anyMatch(gateway -> gateway.asText().startsWith(shared));
        if (atShared) {
            claims(its, its.spec().path("hosts"), "spec.hosts");
            if (its.spec().has("tcp")) {
                names.claim(its.usergroup.name(), its.namespace, "*", its.link("spec.tcp", "a whole port"));
            }
        }
    }

    /** pilot/pkg/model/sidecar.go pickFirstVisibleNamespace: among those who see it, whose host it is is arbitrary. */
    private void serviceEntry(Its its, Consumer<Opening> found) {
        taken(its, takesForeign(its, false), found);
        JsonNode endpoints = its.spec().path("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            address(its, endpoints.get(i).path("address"), "spec.endpoints[" + i + "].address", found);
        }
        if (endpoints.isEmpty()
                && Set.of("DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS")
                        .contains(its.spec().path("resolution").asText())) {
            for (int i = 0; i < its.spec().path("hosts").size(); i++) {
                address(its, its.spec().path("hosts").get(i), "spec.hosts[" + i + "]", found);
            }
        }
        boolean none = Set.of("", "NONE").contains(its.spec().path("resolution").asText());
        boolean anywhere = none
                && its.spec().path("addresses").isEmpty()
                && its.spec().path("workloadSelector").isMissingNode();
        for (int i = 0; anywhere && i < its.spec().path("ports").size(); i++) {
            found.accept(
                    new Opening(
                            its.self(),
                            Scope.usergroup(its.usergroup.name()),
                            List.of(its.link(
                                    "spec.ports[" + i + "]",
                                    its.spec()
                                            .path("ports")
                                            .get(i)
                                            .path("protocol")
                                            .asText())),
                            RuleName.FOREIGN_ADDRESS,
                            "its port leads to every address (pilot/pkg/serviceregistry/serviceentry/conversion.go: NONE is Passthrough)"));
        }
        for (int i = 0; i < its.spec().path("addresses").size(); i++) {
            if (none) {
                address(its, its.spec().path("addresses").get(i), "spec.addresses[" + i + "]", found);
            }
        }
    }

    /** @param completed whether a name without a dot is a Service of the own namespace; in a ServiceEntry it is only a name */
    private boolean takesForeign(Its its, boolean completed) {
        return its.spec()
                .path("hosts")
                .valueStream()
                .map(JsonNode::asText)
                .anyMatch(host -> (!completed && !host.contains("."))
                        || !its.namespace.equals(destinations.namespaceOf(host, its.namespace)));
    }

    private void taken(Its its, boolean takes, Consumer<Opening> found) {
        if (its.exports.isBeyond()) {
            found.accept(new Opening(
                    its.exports.to(),
                    its.self(),
                    its.exports.beyond(),
                    its.exports.rule(),
                    "it applies to their proxies, and decides where requests to its hosts go"));
        } else if (its.exports.toSystem() && takes) {
            found.accept(new Opening(
                    Scope.namespace(its.usergroup.systemNamespace()),
                    its.self(),
                    List.of(its.link("spec.exportTo", its.usergroup.systemNamespace())),
                    RuleName.HOST_CLAIM,
                    "it takes its hosts from the proxies of the system namespace"));
        }
    }

    private void endpoints(Its its, Consumer<Opening> found) {
        JsonNode subsets = its.manifest.object().path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            for (int j = 0; j < subsets.get(i).path("addresses").size(); j++) {
                address(
                        its,
                        subsets.get(i).path("addresses").get(j).path("ip"),
                        "subsets[" + i + "].addresses[" + j + "].ip",
                        found);
            }
        }
    }

    /** Those of Kubernetes' controller are of the pods that a Service selects. */
    private void endpointSlice(Its its, Consumer<Opening> found) {
        JsonNode endpoints = its.manifest.object().path("endpoints");
        boolean selected = its.manifest
                .object()
                .at("/metadata/labels")
                .path("endpointslice.kubernetes.io/managed-by")
                .asText()
                .equals("endpointslice-controller.k8s.io");
        for (int i = 0; i < endpoints.size() && !selected; i++) {
            for (int j = 0; j < endpoints.get(i).path("addresses").size(); j++) {
                address(
                        its,
                        endpoints.get(i).path("addresses").get(j),
                        "endpoints[" + i + "].addresses[" + j + "]",
                        found);
            }
        }
    }

    private void address(Its its, JsonNode address, String field, Consumer<Opening> found) {
        leads(its, address, field, RuleName.FOREIGN_ADDRESS, found);
    }

    private void leads(Its its, JsonNode host, String field, RuleName rule, Consumer<Opening> found) {
        String to = host.asText().isEmpty() ? null : destinations.namespaceOf(host.asText(), its.namespace);
        boolean somewhere = Destinations.SOMEWHERE.equals(to);
        if (to != null
                && (somewhere
                        || (its.usergroup.name().equals(sides.usergroup(to)) && !sides.mayReach(its.namespace, to)))) {
            found.accept(new Opening(
                    its.self(),
                    somewhere ? Scope.usergroup(its.usergroup.name()) : Scope.namespace(to),
                    List.of(its.link(field, host.asText())),
                    rule,
                    "it leads there, to workloads that believe its proxies"));
        }
    }

    /** Routes of other namespaces that may attach (pilot/pkg/config/kube/gateway/conversion.go buildListener, namespacesFromSelector). */
    private void gateway(Its its, Consumer<Opening> found) {
        JsonNode listeners = its.spec().path("listeners");
        for (int i = 0; i < listeners.size(); i++) {
            JsonNode namespaces = listeners.get(i).at("/allowedRoutes/namespaces");
            String from = namespaces.path("from").asText();
            String field = "spec.listeners[" + i + "].allowedRoutes.namespaces.from";
            boolean wide =
                    from.equals("All") || (from.equals("Selector") && selectsOther(its, namespaces.path("selector")));
            if (wide) {
                found.accept(new Opening(
                        Scope.usergroup(its.usergroup.name()),
                        its.self(),
                        List.of(its.link(field, from)),
                        RuleName.OPEN_GATEWAY,
                        "their routes may attach, and take what comes in here"));
            }
            for (int j = 0; j < listeners.get(i).at("/tls/certificateRefs").size(); j++) {
                granted(
                        its,
                        listeners.get(i).at("/tls/certificateRefs").get(j).path("namespace"),
                        "spec.listeners[" + i + "].tls.certificateRefs[" + j + "].namespace",
                        found);
            }
        }
        if (its.manifest.kind().equals("ListenerSet")
                && its.spec().at("/parentRef/namespace").asText().equals(its.usergroup.systemNamespace())) {
            for (int i = 0; i < listeners.size(); i++) {
                names.claim(
                        its.usergroup.name(),
                        its.namespace,
                        listeners.get(i).path("hostname").asText(),
                        its.link(
                                "spec.listeners[" + i + "].hostname",
                                listeners.get(i).path("hostname").asText()));
            }
        }
    }

    private boolean selectsOther(Its its, JsonNode selector) {
        return objects.namespaces().stream()
                .map(Manifest::name)
                .filter(name -> !sides.mayReach(name, its.namespace)
                        && its.usergroup.name().equals(sides.usergroup(name)))
                .anyMatch(name -> NamespaceMatch.matches(selector, objects.labels(name)));
    }

    private void route(Its its, Consumer<Opening> found) {
        JsonNode rules = its.spec().path("rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode backends = rules.get(i).path("backendRefs");
            for (int j = 0; j < backends.size(); j++) {
                String path = "spec.rules[" + i + "].backendRefs[" + j + "]";
                granted(its, backends.get(j).path("namespace"), path + ".namespace", found);
                if (backends.get(j).path("kind").asText().equals("Hostname")) {
                    leads(its, backends.get(j).path("name"), path + ".name", RuleName.FOREIGN_HOST, found);
                }
            }
        }
        boolean shared = its.spec()
                .path("parentRefs")
                .valueStream()
                .anyMatch(parent -> parent.path("namespace").asText().equals(its.usergroup.systemNamespace()));
        if (shared && its.spec().path("hostnames").isEmpty()) {
            names.claim(its.usergroup.name(), its.namespace, "", its.link("spec.hostnames", ""));
        } else if (shared) {
            claims(its, its.spec().path("hostnames"), "spec.hostnames");
        }
    }

    private void claims(Its its, JsonNode hosts, String field) {
        for (int i = 0; i < hosts.size(); i++) {
            names.claim(
                    its.usergroup.name(),
                    its.namespace,
                    hosts.get(i).asText(),
                    its.link(field + "[" + i + "]", hosts.get(i).asText()));
        }
    }

    /** gatewaycommon/references.go: both sides must want it. */
    private void granted(Its its, JsonNode namespace, String field, Consumer<Opening> found) {
        String to = namespace.asText();
        if (to.isEmpty() || sides.mayReach(its.namespace, to)) {
            return;
        }
        for (Manifest grant : grants.getOrDefault(to + " " + its.namespace, List.of())) {
            found.accept(new Opening(
                    its.self(),
                    Scope.namespace(to),
                    List.of(its.link(field, to), ChainLink.of(grant, to, "spec.from", its.namespace)),
                    RuleName.FOREIGN_NAMESPACE,
                    "the ReferenceGrant lets it use what is there"));
        }
    }

    /** Every Ingress is served by the usergroup's gateway, in the system namespace (pilot/pkg/config/kube/ingress/virtualservices.go). */
    private void ingress(Its its, Consumer<Opening> found) {
        String annotated = its.manifest
                .object()
                .at("/metadata/annotations")
                .path("kubernetes.io/ingress.class")
                .asText();
        String ingressClass =
                annotated.isEmpty() ? its.spec().path("ingressClassName").asText() : annotated;
        JsonNode rules = its.spec().path("rules");
        for (int i = 0; i < rules.size() && ingressClass.contains("istio"); i++) {
            String host = rules.get(i).path("host").asText();
            names.claim(its.usergroup.name(), its.namespace, host, its.link("spec.rules[" + i + "].host", host));
        }
    }
}
