package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as istiod sees one: it asks for all that Envoy asks for, takes what it is sent, and keeps it. It speaks the state-of-the-world variant of
 * xDS; no traffic goes through it.
 */
final class XdsProxy implements StreamObserver<DiscoveryResponse> {
    /** On a port of its own, so that nothing else is about it. */
    static final int MARKER_PORT = 15_999;

    private static final String TYPES = "type.googleapis.com/";
    private static final String CLUSTER = TYPES + "envoy.config.cluster.v3.Cluster";
    private static final String LISTENER = TYPES + "envoy.config.listener.v3.Listener";
    private static final String ENDPOINTS = TYPES + "envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final String ROUTES = TYPES + "envoy.config.route.v3.RouteConfiguration";
    private static final String SECRET = TYPES + "envoy.extensions.transport_sockets.tls.v3.Secret";
    private static final String EXTENSION = TYPES + "envoy.config.core.v3.TypedExtensionConfig";
    private static final String NAMES = TYPES + "istio.networking.nds.v1.NameTable";
    /** As Envoy words it, with a line break after each listener. */
    private static final String REJECTION =
            "Error adding/updating listener(s) virtualInbound: script load error: [string \"...\"]:1: '=' expected\n";

    private static final Set<String> WHOLE = Set.of(CLUSTER, LISTENER, NAMES);

    /** What it says to what it is sent. */
    enum Manner {
        /** Acknowledges all. */
        ACCEPTS,
        /** Acknowledges all but listeners. */
        REJECTS_LISTENERS,
        /** Nothing, and asks for what is not there. */
        SILENT
    }

    private final ProxyIdentity identity;
    private final Manner manner;
    private final Node node;
    private final Map<String, Map<String, ByteString>> resources = new HashMap<>();
    private final Map<String, Set<String>> asked = new HashMap<>();
    private final Map<String, String> nonces = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private @Nullable StreamObserver<DiscoveryRequest> requests;
    private @Nullable Throwable failure;
    private long lastNanos = System.nanoTime();

    XdsProxy(ProxyIdentity identity, String istioVersion, Manner manner) {
        this.identity = identity;
        this.manner = manner;
        Struct.Builder labels = Struct.newBuilder();
        identity.labels().forEach((key, value) -> labels.putFields(key, text(value)));
        Struct metadata = Struct.newBuilder()
                .putFields("NAMESPACE", text(identity.namespace()))
                .putFields("SERVICE_ACCOUNT", text("default"))
                .putFields("CLUSTER_ID", text("Kubernetes"))
                .putFields("ISTIO_VERSION", text(istioVersion))
                .putFields("INSTANCE_IPS", text(identity.address()))
                .putFields("DNS_CAPTURE", text("true"))
                .putFields("DNS_AUTO_ALLOCATE", text("true"))
                .putFields("LABELS", Value.newBuilder().setStructValue(labels).build())
                .build();
        String domain = identity.namespace() + ".svc.cluster.local";
        this.node = Node.newBuilder()
                .setId((identity.router() ? "router" : "sidecar") + "~" + identity.address() + "~" + identity.pod()
                        + "." + identity.namespace() + "~" + domain)
                .setCluster(identity.pod() + "." + identity.namespace())
                .setMetadata(metadata)
                .build();
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    ProxyIdentity identity() {
        return identity;
    }

    /** @param token of its service account, for istiod */
    synchronized void connect(ManagedChannel channel, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        headers.put(Metadata.Key.of("clusterid", Metadata.ASCII_STRING_MARSHALLER), "Kubernetes");
        requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .streamAggregatedResources(this);
        ask(CLUSTER, Set.of());
        ask(LISTENER, Set.of());
        if (!identity.router()) { // a gateway resolves no names for others
            ask(NAMES, Set.of());
        }
        if (manner == Manner.SILENT) {
            ask(EXTENSION, Set.of("nowhere"));
        }
    }

    private void ask(String type, Set<String> names) {
        asked.put(type, names);
        send(type, null);
    }

    private void send(String type, @Nullable String refusal) {
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder()
                .setNode(node)
                .setTypeUrl(type)
                .setVersionInfo(versions.getOrDefault(type, ""))
                .setResponseNonce(nonces.getOrDefault(type, ""))
                .addAllResourceNames(asked.getOrDefault(type, Set.of()));
        if (refusal != null) {
            request.setErrorDetail(Status.newBuilder().setCode(3).setMessage(refusal));
        }
        if (requests != null) {
            requests.onNext(request.build());
        }
    }

    @Override
    public synchronized void onNext(DiscoveryResponse response) {
        lastNanos = System.nanoTime();
        String type = response.getTypeUrl();
        nonces.put(type, response.getNonce());
        if (manner == Manner.SILENT) {
            resources.putIfAbsent(type, Map.of());
            return;
        }
        if (manner == Manner.REJECTS_LISTENERS && type.equals(LISTENER)) {
            resources.putIfAbsent(type, Map.of());
            send(type, REJECTION);
            return;
        }
        versions.put(type, response.getVersionInfo());
        try {
            Map<String, ByteString> received = new TreeMap<>();
            for (Any resource : response.getResourcesList()) {
                if (type.equals(NAMES)) {
                    received.putAll(hosts(resource.getValue()));
                } else {
                    received.put(name(type, resource), resource.getValue());
                }
            }
            if (WHOLE.contains(type)) {
                resources.put(type, received);
            } else {
                resources.computeIfAbsent(type, none -> new TreeMap<>()).putAll(received);
            }
            send(type, null);
            if (type.equals(CLUSTER)) {
                follow(ENDPOINTS, endpointNames());
            } else if (type.equals(LISTENER)) {
                follow(ROUTES, listened(manager -> Stream.of(manager.getRds().getRouteConfigName())));
                follow(
                        EXTENSION,
                        listened(manager -> manager.getHttpFiltersList().stream()
                                .filter(HttpFilter::hasConfigDiscovery)
                                .map(HttpFilter::getName)));
                follow(SECRET, secretNames());
            }
        } catch (InvalidProtocolBufferException e) {
            failure = e;
        }
    }

    /** Asks for the resources that others name, and forgets those that none names any more. */
    private void follow(String type, Set<String> names) {
        resources.computeIfAbsent(type, none -> new TreeMap<>()).keySet().retainAll(names);
        if (!names.equals(asked.getOrDefault(type, Set.of()))) {
            ask(type, names);
        }
    }

    private static String name(String type, Any resource) throws InvalidProtocolBufferException {
        ByteString value = resource.getValue();
        return switch (type) {
            case CLUSTER -> Cluster.parseFrom(value).getName();
            case LISTENER -> Listener.parseFrom(value).getName();
            case ENDPOINTS -> ClusterLoadAssignment.parseFrom(value).getClusterName();
            case ROUTES -> RouteConfiguration.parseFrom(value).getName();
            case EXTENSION -> TypedExtensionConfig.parseFrom(value).getName();
            case SECRET -> Secret.parseFrom(value).getName();
            default -> throw new IllegalArgumentException("nobody has asked for " + type);
        };
    }

    /** What istiod tells the agent of each host: a map, whose entries come in any order. Its type is Istio's own. */
    private static Map<String, ByteString> hosts(ByteString table) throws InvalidProtocolBufferException {
        Map<String, ByteString> hosts = new TreeMap<>();
        for (ByteString entry : UnknownFieldSet.parseFrom(table).getField(1).getLengthDelimitedList()) {
            List<ByteString> key = UnknownFieldSet.parseFrom(entry).getField(1).getLengthDelimitedList();
            hosts.put(key.getFirst().toStringUtf8(), entry);
        }
        return hosts;
    }

    private Set<String> endpointNames() throws InvalidProtocolBufferException {
        Set<String> names = new TreeSet<>();
        for (ByteString bytes : resources.getOrDefault(CLUSTER, Map.of()).values()) {
            Cluster cluster = Cluster.parseFrom(bytes);
            if (cluster.getType() == Cluster.DiscoveryType.EDS) {
                String service = cluster.getEdsClusterConfig().getServiceName();
                names.add(service.isEmpty() ? cluster.getName() : service);
            }
        }
        return names;
    }

    /** What the HTTP filters of listeners name. */
    private Set<String> listened(Function<HttpConnectionManager, Stream<String>> named)
            throws InvalidProtocolBufferException {
        Set<String> names = new TreeSet<>();
        for (ByteString bytes : resources.getOrDefault(LISTENER, Map.of()).values()) {
            Listener listener = Listener.parseFrom(bytes);
            List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
            chains.add(listener.getDefaultFilterChain());
            for (FilterChain chain : chains) {
                for (Filter filter : chain.getFiltersList()) {
                    if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                        named.apply(filter.getTypedConfig().unpack(HttpConnectionManager.class))
                                .filter(name -> !name.isEmpty())
                                .forEach(names::add);
                    }
                }
            }
        }
        return names;
    }

    private Set<String> secretNames() {
        Set<String> names = new TreeSet<>();
        for (ByteString bytes : resources.getOrDefault(LISTENER, Map.of()).values()) {
            Matcher name = ProxyConfiguration.SECRET.matcher(bytes.toString(ISO_8859_1));
            while (name.find()) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** Whether it has listeners, clusters and what these name. */
    synchronized boolean isServed() {
        fail();
        return resources.getOrDefault(LISTENER, Map.of()).size() + (identity.router() ? 1 : 0) > 0
                && resources.containsKey(CLUSTER)
                && resources
                        .getOrDefault(ENDPOINTS, Map.of())
                        .keySet()
                        .containsAll(asked.getOrDefault(ENDPOINTS, Set.of()));
    }

    synchronized boolean hasCluster(String name) {
        fail();
        return resources.getOrDefault(CLUSTER, Map.of()).containsKey(name);
    }

    /** Nanoseconds since something came last. */
    synchronized long quietFor() {
        fail();
        return System.nanoTime() - lastNanos;
    }

    private void fail() {
        if (failure != null) {
            throw new IllegalStateException(identity + " is not served: " + failure.getMessage(), failure);
        }
    }

    /** Without the marker. */
    synchronized ProxyConfiguration configuration() {
        fail();
        Map<String, Map<String, ByteString>> copy = new TreeMap<>();
        resources.forEach((type, named) -> {
            Map<String, ByteString> those = new TreeMap<>(named);
            those.keySet().removeIf(name -> name.contains(String.valueOf(MARKER_PORT)));
            copy.put(type.substring(type.lastIndexOf('.') + 1), those);
        });
        return new ProxyConfiguration(copy);
    }

    synchronized void close() {
        if (requests != null) {
            requests.onCompleted();
        }
    }

    @Override
    public synchronized void onError(Throwable problem) {
        failure = problem;
    }

    @Override
    public synchronized void onCompleted() {
        failure = new IllegalStateException("istiod has ended the stream");
    }
}
