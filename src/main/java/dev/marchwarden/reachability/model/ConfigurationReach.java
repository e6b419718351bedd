package dev.marchwarden.reachability.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.reachability.objects.ChainLink;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the paths that configuration opens. Between usergroups a control plane reads only its own namespaces, and a peer with another's certificate is refused: routes,
 * hosts and addresses across are dead, unless something else in this package is open. Between the namespaces of an isolated usergroup they have one control plane
 * and one root, and what one can see it can use.
 */
public final class ConfigurationReach {
    private static final String GATEWAY_API = "gateway.networking.k8s.io/";
    private static final String ISTIO = "networking.istio.io/";
    private static final Set<String> ROUTES = Set.of("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute");
    /** Puts code or clusters of the author's into proxies (pilot/pkg/networking/core/envoyfilter; pilot/pkg/model/extensions.go). */
    private static final Set<String> CODE = ClusterObjects.words("""
            networking.istio.io/EnvoyFilter networking.istio.io/ProxyConfig
            extensions.istio.io/WasmPlugin extensions.istio.io/TrafficExtension""");
    /** Read here or by {@link TrustReach}, or seen to reach nobody: they narrow, or speak of the own clients only. */
    private static final Set<String> KNOWN = ClusterObjects.words("""
            networking.istio.io/VirtualService networking.istio.io/DestinationRule networking.istio.io/ServiceEntry
            networking.istio.io/WorkloadEntry networking.istio.io/WorkloadGroup networking.istio.io/Gateway
            networking.istio.io/Sidecar security.istio.io/PeerAuthentication security.istio.io/AuthorizationPolicy
            security.istio.io/RequestAuthentication telemetry.istio.io/Telemetry
            gateway.networking.k8s.io/GatewayClass gateway.networking.k8s.io/Gateway gateway.networking.k8s.io/ListenerSet
            gateway.networking.k8s.io/HTTPRoute gateway.networking.k8s.io/GRPCRoute gateway.networking.k8s.io/TLSRoute
            gateway.networking.k8s.io/TCPRoute gateway.networking.k8s.io/UDPRoute gateway.networking.k8s.io/ReferenceGrant
            gateway.networking.k8s.io/BackendTLSPolicy gateway.networking.k8s.io/ConformanceReport""");

    /** Groups of which a kind that is not known may open anything. */
    public static final Set<String> GUARDED = ClusterObjects.words("""
            networking.istio.io security.istio.io telemetry.istio.io extensions.istio.io gateway.networking.k8s.io
            gateway.networking.x-k8s.io""");

    /** More viewers of one namespace are taken for its whole usergroup. */
    private static final int VIEWERS = 8;

    private static final Set<String> BY_NAME = Set.of("DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS");

    private final ModelContext look;
    private final Destinations destinations;
    private final GatewayNames names = new GatewayNames();
    /** By namespace who else sees Services or ServiceEntries of it, and by what: where these lead, they are led too. */
    private final Map<String, Map<Scope, List<ChainLink>>> viewers = new HashMap<>();
    /** By the namespace that grants and the one that is granted. */
    private final Map<String, List<Part>> grants = new HashMap<>();

    public ConfigurationReach(ModelContext look) {
        this.look = look;
        this.destinations = new Destinations(look.tenancy(), look.objects());
    }

    public void look() {
        look.objects().kinds().forEach(this::code);
        for (Part grant : look.objects().of(GATEWAY_API + "ReferenceGrant")) {
            for (Part to : grant.each("spec.from[].namespace")) {
                grants.computeIfAbsent(grant.namespace() + " " + to.text(), all -> new ArrayList<>())
                        .add(grant);
            }
        }
        each("/Service", this::service);
        each(ISTIO + "VirtualService", this::virtualService);
        each(ISTIO + "ServiceEntry", this::serviceEntry);
        each(ISTIO + "WorkloadEntry", its -> addresses(its, "spec.address"));
        each("/Endpoints", its -> addresses(its, "subsets[].addresses[].ip"));
        each("discovery.k8s.io/EndpointSlice", this::endpointSlice);
        each(ISTIO + "Gateway", this::passthrough);
        each(GATEWAY_API + "Gateway", this::listeners);
        each(GATEWAY_API + "ListenerSet", this::listeners);
        ROUTES.forEach(kind -> each(GATEWAY_API + kind, this::route));
        each("networking.k8s.io/Ingress", this::ingress);
        names.look(look);
    }

    /** An object of an isolated namespace, as a control plane of its usergroup reads it. */
    private record Its(Part part, Mesh mesh, String namespace, Scope self, Scope all, String system) {
        static Its of(Part part, Mesh mesh) {
            Scope self = Scope.namespace(part.namespace());
            String system = mesh.usergroup().systemNamespace();
            return new Its(part, mesh, part.namespace(), self, Scope.usergroup(mesh.name()), system);
        }
    }

    private void each(String kind, Consumer<Its> each) {
        look.objects().of(kind).stream()
                .filter(part -> look.sides().isolated(part.namespace()))
                .forEach(part -> look.meshes().reading(part).stream()
                        .filter(mesh -> mesh.name().equals(look.sides().usergroup(part.namespace())))
                        .forEach(mesh -> each.accept(Its.of(part, mesh))));
    }

    private void code(String kind) {
        boolean code = CODE.contains(kind);
        if (!GUARDED.contains(kind.substring(0, kind.indexOf('/'))) || KNOWN.contains(kind)) {
            return;
        }
        for (Part part : look.objects().of(kind)) {
            boolean harmless = kind.endsWith("/ProxyConfig")
                    && part.at("spec.environmentVariables").isEmpty();
            if (!harmless && !look.meshes().reading(part).isEmpty()) {
                look.open(
                        code ? PathKind.CODE : PathKind.KIND,
                        Scope.ANYONE,
                        look.sides().configured(part.namespace()),
                        code
                                ? part.at("spec").link("not known what it does")
                                : part.at("kind").link());
            }
        }
    }

    /** Whoever sees a Service has its endpoints, and a certificate that they take (pilot/pkg/model/push_context.go IsServiceVisible). */
    private void service(Its its) {
        Part field = its.part.entry("metadata.annotations", "networking.istio.io/exportTo");
        List<String> items = Arrays.stream(field.text().split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
        Exports exports = Exports.of(field, items, "defaultServiceExportTo", its.mesh, look.sides());
        if (!its.part.text("spec.type").equals("ExternalName")) {
            beyond(its, exports, PathKind.SEEN);
            seen(its, exports);
        }
        leads(its, its.part.at("spec.externalName"), PathKind.HOST, exports.toOwn(), exports.beyond());
    }

    private void beyond(Its its, Exports exports, PathKind way) {
        RuleName rule = exports.byDefault() ? null : way.rule;
        exports.beyond().forEach((to, chain) -> look.open(way, rule, to, its.self, chain));
    }

    private void seen(Its its, Exports exports) {
        exports.beyond().forEach((to, chain) -> {
            Map<Scope, List<ChainLink>> known = viewers.computeIfAbsent(its.namespace, none -> new LinkedHashMap<>());
            known.putIfAbsent(known.size() < VIEWERS ? to : its.all, chain);
        });
    }

    private Exports exports(Its its, String ofMesh) {
        Part field = its.part.at("spec.exportTo");
        return Exports.of(field, field.texts("[]"), ofMesh, its.mesh, look.sides());
    }

    /** A VirtualService on the mesh takes its hosts from all who see it (pilot/pkg/networking/core/route, SelectVirtualServices). */
    private void virtualService(Its its) {
        Exports exports = exports(its, "defaultVirtualServiceExportTo");
        List<String> gateways = its.part.texts("spec.gateways[]");
        taken(its, exports, (gateways.isEmpty() || gateways.contains("mesh")) && takesForeign(its, true));
        if (exports.toSystem() && gateways.stream().anyMatch(gateway -> gateway.startsWith(its.system + "/"))) {
            its.part.each("spec.hosts[]").forEach(host -> names.claim(its.mesh.name(), host));
            its.part.each("spec.tcp").forEach(tcp -> names.claim(its.mesh.name(), tcp, ""));
        }
    }

    /** pilot/pkg/model/sidecar.go pickFirstVisibleNamespace: among those who see it, whose host it is is arbitrary. */
    private void serviceEntry(Its its) {
        Exports exports = exports(its, "defaultServiceExportTo");
        taken(its, exports, takesForeign(its, false));
        if (!its.part.at("spec.workloadSelector").isMissing()) {
            seen(its, exports);
        }
        addresses(its, "spec.endpoints[].address", exports);
        String resolution = its.part.text("spec.resolution");
        if (its.part.at("spec.endpoints").isEmpty() && BY_NAME.contains(resolution)) {
            addresses(its, "spec.hosts[]", exports);
        }
        if (!resolution.isEmpty() && !resolution.equals("NONE")) {
            return;
        }
        // NONE is Passthrough (pilot/pkg/serviceregistry/serviceentry/conversion.go)
        addresses(its, "spec.addresses[]", exports);
        if (its.part.at("spec.addresses").isEmpty()
                && its.part.at("spec.workloadSelector").isMissing()) {
            for (Part port : its.part.each("spec.ports[]")) {
                ChainLink link = port.at("protocol").link();
                opens(its, PathKind.ANY_ADDRESS, its.all, link, exports.toOwn(), exports.beyond());
            }
        }
    }

    /** @param completed whether a name without a dot is a Service of the own namespace; in a ServiceEntry it is only a name */
    private boolean takesForeign(Its its, boolean completed) {
        return its.part.texts("spec.hosts[]").stream()
                .anyMatch(host -> (!completed && !host.contains("."))
                        || !its.namespace.equals(destinations.namespaceOf(host, its.namespace)));
    }

    private void taken(Its its, Exports exports, boolean takes) {
        beyond(its, exports, PathKind.APPLIED);
        if (exports.beyond().isEmpty() && exports.toSystem() && takes) {
            look.open(
                    PathKind.TAKEN,
                    Scope.namespace(its.system),
                    its.self,
                    its.part.at("spec.exportTo").link(its.system));
        }
    }

    /** Those of Kubernetes' controller are of the pods that a Service selects (pkg/controller/endpointslice). */
    private void endpointSlice(Its its) {
        Part by = its.part.entry("metadata.labels", "endpointslice.kubernetes.io/managed-by");
        if (!by.text().equals("endpointslice-controller.k8s.io")) {
            addresses(its, "endpoints[].addresses[]");
        }
    }

    private boolean isBeyond(Its its, String namespace) {
        return its.mesh.name().equals(look.sides().usergroup(namespace))
                && !look.sides().mayReach(its.namespace, namespace);
    }

    /** Addresses behind Services of the namespace: which has them is not looked at. */
    private void addresses(Its its, String path) {
        Map<Scope, List<ChainLink>> others = viewers.getOrDefault(its.namespace, Map.of());
        its.part.each(path).forEach(address -> leads(its, address, PathKind.ADDRESS, true, others));
    }

    private void addresses(Its its, String path, Exports exports) {
        its.part
                .each(path)
                .forEach(address -> leads(its, address, PathKind.ADDRESS, exports.toOwn(), exports.beyond()));
    }

    private void leads(Its its, Part host, PathKind way, boolean own, Map<Scope, List<ChainLink>> others) {
        String to = host.text().isEmpty() ? null : destinations.namespaceOf(host.text(), its.namespace);
        boolean somewhere = Destinations.SOMEWHERE.equals(to);
        if (to != null && (somewhere || isBeyond(its, to))) {
            opens(its, way, somewhere ? its.all : Scope.namespace(to), host.link(), own, others);
        }
    }

    /**
     * For all who see an object.
     *
     * @param own whether its own namespace does
     * @param others who else does, and by what
     */
    private void opens(
            Its its, PathKind way, Scope to, ChainLink link, boolean own, Map<Scope, List<ChainLink>> others) {
        if (own) {
            look.open(way, its.self, to, link);
        }
        others.forEach((other, by) -> {
            if (to.equals(its.all) || !other.equals(to)) {
                List<ChainLink> chain = new ArrayList<>(List.of(link));
                chain.addAll(by);
                look.open(way, way.rule, other, to, chain);
            }
        });
    }

    /** Connections go on to whatever their SNI names, with the certificate of who made them (pilot/pkg/networking/core/gateway.go, buildGatewayPassthrough). */
    private void passthrough(Its its) {
        for (Part mode : its.part.each("spec.servers[].tls.mode")) {
            if (mode.text().equals("AUTO_PASSTHROUGH")) {
                look.open(PathKind.PASSTHROUGH, its.all, its.all, mode.link());
            }
        }
    }

    /** The same for a TLS listener (pilot/pkg/serviceregistry/kube/conversion.go IsAutoPassthrough), whose port another label may name. */
    private void passthrough(Its its, Part listener) {
        Part mode = listener.entry("tls.options", "gateway.istio.io/listener-protocol");
        Part network = its.part.entry("metadata.labels", MeshLabels.NETWORK);
        boolean told = mode.text().equals("auto-passthrough");
        if (told || !(network.isMissing() || listener.at("tls").isMissing())) {
            look.open(PathKind.PASSTHROUGH, its.all, its.all, (told ? mode : network).link());
        }
    }

    /** Routes of other namespaces that may attach (pilot/pkg/config/kube/gateway/conversion.go buildListener, namespacesFromSelector). */
    private void listeners(Its its) {
        its.part.each("spec.listeners[]").forEach(listener -> passthrough(its, listener));
        for (Part namespaces : its.part.each("spec.listeners[].allowedRoutes.namespaces")) {
            Part from = namespaces.at("from");
            if (from.text().equals("All")
                    || (from.text().equals("Selector")
                            && selectsOther(its, namespaces.at("selector").node()))) {
                look.open(PathKind.ATTACHED, its.all, its.self, from.link());
            }
        }
        its.part.each("spec.listeners[].tls.certificateRefs[].namespace").forEach(to -> granted(its, to));
        if (its.part.manifest().kind().equals("ListenerSet")
                && its.part.text("spec.parentRef.namespace").equals(its.system)) {
            its.part.each("spec.listeners[]").forEach(one -> names.claim(its.mesh.name(), one.at("hostname")));
        }
    }

    private boolean selectsOther(Its its, JsonNode selector) {
        return look.objects().namespaces(selector).stream().anyMatch(name -> isBeyond(its, name));
    }

    private void route(Its its) {
        for (Part backend : its.part.each("spec.rules[].backendRefs[]")) {
            granted(its, backend.at("namespace"));
            if (backend.text("kind").equals("Hostname")) {
                leads(its, backend.at("name"), PathKind.HOST, true, Map.of());
            }
        }
        if (its.part.texts("spec.parentRefs[].namespace").contains(its.system)) {
            if (its.part.at("spec.hostnames").isEmpty()) {
                names.claim(its.mesh.name(), its.part.at("spec.hostnames"));
            }
            its.part.each("spec.hostnames[]").forEach(name -> names.claim(its.mesh.name(), name));
        }
    }

    /** gatewaycommon/references.go: both sides must want it. */
    private void granted(Its its, Part to) {
        if (!to.text().isEmpty() && !look.sides().mayReach(its.namespace, to.text())) {
            for (Part grant : grants.getOrDefault(to.text() + " " + its.namespace, List.of())) {
                look.open(
                        PathKind.GRANTED,
                        its.self,
                        Scope.namespace(to.text()),
                        to.link(),
                        grant.at("spec.from").link(its.namespace));
            }
        }
    }

    /** Every Ingress is served by the usergroup's gateway, in the system namespace (pilot/pkg/config/kube/ingress/virtualservices.go). */
    private void ingress(Its its) {
        Part annotated = its.part.entry("metadata.annotations", IstioAnnotations.INGRESS_CLASS);
        Part ingressClass = annotated.text().isEmpty() ? its.part.at("spec.ingressClassName") : annotated;
        if (ingressClass.text().contains("istio")) {
            its.part.each("spec.rules[]").forEach(rule -> names.claim(its.mesh.name(), rule.at("host")));
        }
    }
}
