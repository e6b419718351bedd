package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.reachability.ReachabilityProof;
import dev.marchwarden.reachability.model.OpenPath;
import dev.marchwarden.reachability.model.Scope;
import dev.marchwarden.reachability.model.Separation;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The model beside real istiods: for each two namespaces with the border between them, whether the model has a way and whether the proxies of one are told of the
 * other, in random clusters of Services, routes, ServiceEntries, addresses and labels. Of the model only that can be seen there which is about discovery, visibility
 * and destinations: certificates, plain text and what runs in pods are not in what istiod tells. {@code -Dmarchwarden.random.seconds=600} takes longer, and
 * {@code -Dmarchwarden.random.seed=N} begins elsewhere.
 */
class ModelBesideIstiodClusterIT {
    private static final long SECONDS = Long.getLong("marchwarden.random.seconds", 90);
    private static final long SEED = Long.getLong("marchwarden.random.seed", 20261128L);
    private static final Path TENANCY =
            Path.of("test-fixtures/judged/isolated-tenancy.yaml").toAbsolutePath();
    private static final List<String> NAMESPACES = List.of("app-ns-1", "app-ns-2", "app-ns-3");
    private static final int OBJECTS = 4;
    private static final int MAX_DIFFERENCES = 12;

    /** Of the fixture; a Gateway that takes routes from all would be a way by itself. */
    private static final Set<String> MODELLED =
            Set.of("Namespace", "Service", "Pod", "ConfigMap", "PeerAuthentication");

    /** How a proxy is told of a namespace. */
    private enum Told {
        /** A cluster of a host that is the namespace's. */
        CLUSTER,
        /** A route out of an object of the namespace. */
        ROUTE,
        /** An address of one of its pods, or a cluster that leads to every address. */
        ADDRESS
    }

    /** A random cluster. */
    private record Case(Map<String, String> usergroups, List<ObjectNode> objects) {
        @Override
        public String toString() {
            return usergroups + " " + objects;
        }
    }

    private final Tenancy tenancy;
    private final Map<String, Integer> counts = new TreeMap<>();
    private int clusters;

    ModelBesideIstiodClusterIT() throws Exception {
        tenancy = TenancyFile.read(TENANCY);
    }

    @Test
    void bothSayTheSameOfEachTwoNamespaces() throws Exception {
        try (IstioMeshes meshes = IstioMeshes.open("model", TENANCY)) {
            assertThat(difference(meshes, new Case(Map.of(), List.of()))).isEmpty();
            List<String> differences = new ArrayList<>();
            long end = System.nanoTime() + SECONDS * 1_000_000_000;
            for (long seed = SEED; System.nanoTime() < end && differences.size() < MAX_DIFFERENCES; seed++) {
                Case random = random(new Random(seed));
                clusters++;
                if (difference(meshes, random).isPresent()) {
                    differences.add("seed " + seed + ": " + shrunk(meshes, random));
                }
            }
            System.out.println("seed " + SEED + ": " + clusters + " clusters");
            counts.forEach((what, count) -> System.out.println(count + " " + what));
            assertThat(differences).isEmpty();
            assertThat(counts).containsKeys("a way, and told", "no way, and not told");
        }
    }

    private String shrunk(IstioMeshes meshes, Case found) throws Exception {
        Case needed = found;
        for (int i = found.objects().size() - 1; i >= 0; i--) {
            List<ObjectNode> less = new ArrayList<>(needed.objects());
            less.remove(i);
            Case without = new Case(needed.usergroups(), less);
            if (difference(meshes, without).isPresent()) {
                needed = without;
            }
        }
        return difference(meshes, needed).orElse("once only") + " with " + needed;
    }

    // What there is

    private static Case random(Random random) throws Exception {
        Map<String, String> usergroups = new TreeMap<>();
        if (random.nextInt(3) == 0) {
            usergroups.put(one(NAMESPACES, random), one(List.of("usergroup-1", "usergroup-2", "nobody"), random));
        }
        List<ObjectNode> objects = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(OBJECTS); i++) {
            objects.add(object("random-" + i, random));
        }
        return new Case(usergroups, objects);
    }

    private static <T> T one(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static ObjectNode object(String name, Random random) throws Exception {
        String namespace = one(NAMESPACES, random);
        String other = one(NAMESPACES, random);
        String address = "10.44." + other.charAt(other.length() - 1) + ".10";
        String exports = one(
                List.of("", ".", "*", "~", "app-ns-1", "app-ns-2", "app-ns-3", ".,app-ns-3", "usergroup-2", "nowhere"),
                random);
        String exportTo = exports.isEmpty()
                ? ""
                : ", exportTo: ["
                        + Set.of(exports.split(",")).stream()
                                .map(e -> "\"" + e + "\"")
                                .collect(Collectors.joining(", "))
                        + "]";
        String annotations =
                exports.isEmpty() ? "" : ", annotations: {networking.istio.io/exportTo: \"" + exports + "\"}";
        String revision = one(List.of("", "", "", "usergroup-1", "usergroup-2"), random);
        String labels = revision.isEmpty() ? "" : ", labels: {istio.io/rev: " + revision + "}";
        String yaml = switch (random.nextInt(7)) {
            case 0 -> """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: NAME, namespace: NS LABELS ANNOTATIONS}
                        spec: {selector: {app: httpbin}, ports: [{name: http, port: 8000, targetPort: 8080}]}
                        """;
            case 1 -> """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: NAME, namespace: NS LABELS}
                        spec: {hosts: [httpbin.OTHER.svc.cluster.local], http: [{route: [{destination: {host: httpbin.NS.svc.cluster.local}}]}] EXPORT}
                        """;
            case 2 -> """
                        apiVersion: networking.istio.io/v1
                        kind: ServiceEntry
                        metadata: {name: NAME, namespace: NS LABELS}
                        spec: {hosts: [NAME.NS.example.com], resolution: STATIC, endpoints: [{address: ADDRESS}], ports: [{number: 8000, name: http, protocol: HTTP}] EXPORT}
                        """;
            case 3 -> """
                        apiVersion: networking.istio.io/v1
                        kind: WorkloadEntry
                        metadata: {name: NAME, namespace: NS LABELS}
                        spec: {address: ADDRESS, labels: {app: httpbin}}
                        """;
            case 4 -> """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: NAME, namespace: NS, labels: {kubernetes.io/service-name: httpbin, endpointslice.kubernetes.io/managed-by: test}}
                        addressType: IPv4
                        endpoints: [{addresses: [ADDRESS], conditions: {ready: true}}]
                        ports: [{name: http, port: 8080, protocol: TCP}]
                        """;
            case 5 -> """
                        apiVersion: networking.istio.io/v1
                        kind: ServiceEntry
                        metadata: {name: NAME, namespace: NS LABELS}
                        spec: {hosts: [NAME.NS.example.com], resolution: NONE, ports: [{number: 9443, name: tcp, protocol: TCP}] EXPORT}
                        """;
            default -> """
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: NAME, namespace: NS LABELS}
                        spec: {host: httpbin.OTHER.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}} EXPORT}
                        """;
        };
        return (ObjectNode) IstioMeshes.documents(yaml.replace(" LABELS", labels)
                        .replace(" ANNOTATIONS", annotations)
                        .replace(" EXPORT", exportTo)
                        .replace("ADDRESS", address)
                        .replace("OTHER", other)
                        .replace("NAME", name)
                        .replace("NS", namespace))
                .getFirst();
    }

    // What both say

    /** Where they differ by no cause that is known; empty where they do not. Looks twice: an istiod may be late. */
    private Optional<String> difference(IstioMeshes meshes, Case random) throws Exception {
        List<String> paths = new ArrayList<>();
        List<ObjectNode> written = new ArrayList<>();
        try {
            for (Map.Entry<String, String> label : random.usergroups().entrySet()) {
                meshes.label(label.getKey(), "usergroup", label.getValue());
            }
            for (ObjectNode object : random.objects()) {
                String path = meshes.write(object);
                if (path != null) {
                    paths.add(path);
                    written.add(object);
                }
            }
            Map<String, Integer> seen = new TreeMap<>();
            List<String> differences = compare(meshes, random.usergroups(), written, seen);
            for (int tries = 0; !differences.isEmpty() && tries < 4; tries++) {
                Thread.sleep(500);
                seen.clear();
                differences = compare(meshes, random.usergroups(), written, seen);
            }
            seen.forEach((what, count) -> counts.merge(what, count, Integer::sum));
            return differences.isEmpty() ? Optional.empty() : Optional.of(differences.toString());
        } finally {
            for (String path : paths) {
                meshes.delete(path);
            }
            for (String namespace : random.usergroups().keySet()) {
                meshes.label(namespace, "usergroup", MeshCluster.usergroupOf(namespace));
            }
        }
    }

    private List<String> compare(
            IstioMeshes meshes, Map<String, String> usergroups, List<ObjectNode> written, Map<String, Integer> seen)
            throws Exception {
        ClusterObjects objects = objects(meshes, usergroups, written);
        Separation sides = new Separation(tenancy, objects);
        List<OpenPath> openings = ReachabilityProof.of(tenancy, objects, false).openings().stream()
                .filter(opening -> !opening.from().equals(Scope.ANYONE))
                .toList();
        List<String> differences = new ArrayList<>();
        for (Map.Entry<ProxyIdentity, ProxyConfiguration> proxy :
                meshes.configurations().entrySet()) {
            String from = proxy.getKey().namespace();
            String mesh = proxy.getKey().usergroup();
            for (String to : NAMESPACES) {
                if (sides.mayReach(from, to)) {
                    continue;
                }
                Set<Told> told = told(proxy.getValue(), to);
                List<OpenPath> ways = openings.stream()
                        .filter(way ->
                                way.from().covers(from, sides) && way.to().covers(to, sides))
                        .toList();
                boolean one = Objects.equals(sides.usergroup(from), sides.usergroup(to));
                String verdict = verdict(told, ways, one, mesh.equals(sides.usergroup(from)), proxy.getKey());
                seen.merge(verdict, 1, Integer::sum);
                if (verdict.startsWith("!")) {
                    differences.add(proxy.getKey() + " of " + to + ": " + verdict + " " + ways + " " + told);
                }
            }
        }
        return differences;
    }

    /**
     * Begins with an exclamation mark where no cause is known.
     *
     * @param one whether both are of one usergroup
     * @param own whether the proxy is its namespace's mesh's
     */
    private static String verdict(Set<Told> told, List<OpenPath> ways, boolean one, boolean own, ProxyIdentity proxy) {
        if (ways.isEmpty() == told.isEmpty()) {
            return ways.isEmpty() ? "no way, and not told" : "a way, and told";
        }
        if (ways.isEmpty()) {
            return !one && told.equals(EnumSet.of(Told.ADDRESS))
                    ? "no way, and told an address: of another usergroup, whose servers refuse the certificate"
                    : "! told, and no way";
        }
        if (!own) {
            return "a way, and not told: a proxy of another mesh than its namespace's has its certificate";
        }
        if (proxy.router()) {
            return "a way, and not told: a gateway, which has only what its routes lead to";
        }
        return "! a way, and not told: " + ways.getFirst().why();
    }

    private static ClusterObjects objects(
            IstioMeshes meshes, Map<String, String> usergroups, List<ObjectNode> written) {
        List<Manifest> manifests = new ArrayList<>();
        for (JsonNode object : meshes.objects()) {
            if (MODELLED.contains(object.path("kind").asText())) {
                ObjectNode copy = object.deepCopy();
                String label = usergroups.get(copy.at("/metadata/name").asText());
                if (copy.path("kind").asText().equals("Namespace") && label != null) {
                    copy.withObject("/metadata/labels").put("usergroup", label);
                }
                manifests.add(new Manifest("meshes", 1, copy));
            }
        }
        written.forEach(object -> manifests.add(new Manifest("random", 1, object)));
        return new ClusterObjects(manifests, "default", true);
    }

    private static Set<Told> told(ProxyConfiguration configuration, String namespace)
            throws InvalidProtocolBufferException {
        Set<Told> told = EnumSet.noneOf(Told.class);
        Map<String, Map<String, ByteString>> resources = configuration.resources();
        String address = "10.44." + namespace.charAt(namespace.length() - 1) + ".";
        for (Map.Entry<String, ByteString> cluster :
                resources.getOrDefault("Cluster", Map.of()).entrySet()) {
            String name = cluster.getKey();
            if (!name.startsWith("outbound|")) {
                continue;
            }
            if (name.endsWith("." + namespace + ".svc.cluster.local")) {
                told.add(Told.CLUSTER);
            }
            if (name.endsWith("." + namespace + ".example.com")) {
                told.add(Told.ROUTE);
            }
            if (Cluster.parseFrom(cluster.getValue()).getType() == Cluster.DiscoveryType.ORIGINAL_DST
                    || cluster.getValue().toString(ISO_8859_1).contains(address)) {
                told.add(Told.ADDRESS);
            }
        }
        if (text(resources, "ClusterLoadAssignment").contains(address)) {
            told.add(Told.ADDRESS);
        }
        if (text(resources, "RouteConfiguration").contains("/namespaces/" + namespace + "/virtual-service/")) {
            told.add(Told.ROUTE);
        }
        return told;
    }

    private static String text(Map<String, Map<String, ByteString>> resources, String type) {
        return resources.getOrDefault(type, Map.of()).values().stream()
                .map(bytes -> bytes.toString(ISO_8859_1))
                .collect(Collectors.joining());
    }
}
