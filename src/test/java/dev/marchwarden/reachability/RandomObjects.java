package dev.marchwarden.reachability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.marchwarden.manifest.InvalidManifestException;
import dev.marchwarden.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Objects as people write them, right and wrong: texts in which {@code $WORD} is any of the values of that word. */
final class RandomObjects {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern WORD = Pattern.compile("\\$([A-Z]+)");

    private static final Map<String, List<String>> WORDS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "NS",
                    List.of(
                            "app-ns-1",
                            "app-ns-2",
                            "app-ns-3",
                            "app-ns-4",
                            "vault-1",
                            "vault-2",
                            "vault-1",
                            "vault-2",
                            "default",
                            "usergroup-1",
                            "usergroup-3")),
            Map.entry(
                    "OTHER",
                    List.of("app-ns-2", "app-ns-4", "vault-1", "vault-2", "default", "usergroup-3", "nowhere")),
            Map.entry("NAME", List.of("a", "b", "httpbin", "usergroup-1-peerauth")),
            Map.entry("GROUP", List.of("usergroup-1", "usergroup-2", "usergroup-3", "usergroup-9")),
            Map.entry("REV", List.of("usergroup-1", "usergroup-1-stable", "usergroup-2", "usergroup-3", "nobody")),
            Map.entry(
                    "EXPORT",
                    List.of(
                            "[\".\"]",
                            "[\"*\"]",
                            "[vault-1]",
                            "[vault-2]",
                            "[usergroup-3]",
                            "[\".\", usergroup-3]",
                            "[nowhere]",
                            "[]",
                            "[app-ns-2]")),
            Map.entry(
                    "EXPORTS",
                    List.of("\".\"", "\"*\"", "vault-1", "vault-2", "\"vault-1,vault-2\"", "usergroup-3", "\"~\"")),
            Map.entry(
                    "HOST",
                    List.of(
                            "httpbin",
                            "httpbin.vault-1.svc.cluster.local",
                            "httpbin.vault-2.svc.cluster.local",
                            "httpbin.app-ns-2.svc.cluster.local",
                            "shop.example.com",
                            "\"*.example.com\"",
                            "\"*\"")),
            Map.entry(
                    "ADDRESS",
                    List.of(
                            "10.244.3.7",
                            "10.96.0.9",
                            "203.0.113.7",
                            "httpbin.vault-1.svc.cluster.local",
                            "httpbin.vault-2.svc.cluster.local",
                            "api.example.com",
                            "127.0.0.1")),
            Map.entry(
                    "GATEWAYS",
                    List.of("[mesh]", "[edge]", "[usergroup-3/edge]", "[vault-1/edge]", "[mesh, usergroup-3/edge]")),
            Map.entry("RESOLUTION", List.of("NONE", "STATIC", "DNS")),
            Map.entry("PROTOCOL", List.of("TCP", "HTTP", "HTTPS")),
            Map.entry("MODE", List.of("STRICT", "UNSET", "PERMISSIVE", "DISABLE")),
            Map.entry(
                    "ROUTES",
                    List.of(
                            "{from: Same}",
                            "{from: All}",
                            "{from: Selector, selector: {matchLabels: {usergroup: usergroup-3}}}")),
            Map.entry("PASS", List.of("AUTO_PASSTHROUGH", "PASSTHROUGH", "SIMPLE")),
            Map.entry("BOOL", List.of("\"true\"", "\"false\"")),
            Map.entry(
                    "MESH",
                    List.of(
                            "\"discoverySelectors: [{matchLabels: {usergroup: usergroup-1}}]\"",
                            "\"discoverySelectors: [{matchLabels: {usergroup: usergroup-2}}]\"",
                            "\"discoverySelectors: [{matchExpressions: [{key: usergroup, operator: Exists}]}]\"",
                            "\"{}\"")),
            Map.entry("ROOT", roots()),
            Map.entry("AUDIENCE", List.of("istio-ca", "vault")),
            Map.entry("HTTPROUTENAMES", List.of("[shop.example.com]", "[]", "[\"*.example.com\"]"))));

    /** Each a whole object. */
    private static final List<String> TEMPLATES = List.of(
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {usergroup: $GROUP, istio.io/rev: $REV}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {usergroup: $GROUP}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {istio.io/rev: $REV}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: kube-system, labels: {usergroup: $GROUP, istio.io/rev: $REV}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {usergroup: $GROUP, istio.io/rev: $REV, istio-injection: enabled}}}",
            "{apiVersion: v1, kind: Namespace, metadata: {name: $NS, labels: {usergroup: $GROUP, istio.io/rev: $REV, istio.io/dataplane-mode: ambient}}}",
            "{apiVersion: v1, kind: Service, metadata: {name: $NAME, namespace: $NS}, spec: {ports: [{port: 80}]}}",
            "{apiVersion: v1, kind: Service, metadata: {name: $NAME, namespace: $NS, annotations: {networking.istio.io/exportTo: $EXPORTS}}, spec: {ports: [{port: 80}]}}",
            "{apiVersion: v1, kind: Service, metadata: {name: $NAME, namespace: $NS}, spec: {type: ExternalName, externalName: $ADDRESS}}",
            "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: $NAME, namespace: $NS}, spec: {hosts: [$HOST], http: [{route: [{destination: {host: httpbin}}]}]}}",
            "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: $NAME, namespace: $NS}, spec: {hosts: [$HOST], exportTo: $EXPORT, gateways: $GATEWAYS, http: [{route: [{destination: {host: $HOST}}]}]}}",
            "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: $NAME, namespace: $NS}, spec: {hosts: [$HOST], exportTo: $EXPORT, gateways: $GATEWAYS, tcp: [{route: [{destination: {host: httpbin}}]}]}}",
            "{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: $NAME, namespace: $NS}, spec: {host: $HOST, exportTo: $EXPORT}}",
            "{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: $NAME, namespace: $NS}, spec: {hosts: [$HOST], exportTo: $EXPORT, resolution: $RESOLUTION, ports: [{number: 80, name: a, protocol: $PROTOCOL}], endpoints: [{address: $ADDRESS}]}}",
            "{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: $NAME, namespace: $NS}, spec: {hosts: [api.example.com], exportTo: $EXPORT, resolution: $RESOLUTION, ports: [{number: 80, name: a, protocol: $PROTOCOL}]}}",
            "{apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: {name: $NAME, namespace: $NS}, spec: {address: $ADDRESS}}",
            "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: $NAME, namespace: $NS}, endpoints: [{addresses: [10.244.3.7]}]}",
            "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: $NAME, namespace: $NS}, spec: {mtls: {mode: $MODE}}}",
            "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: $NAME, namespace: $NS, labels: {istio.io/rev: $REV}}, spec: {mtls: {mode: $MODE}}}",
            "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: $NAME, namespace: $NS}, spec: {selector: {matchLabels: {app: a}}, portLevelMtls: {8080: {mode: $MODE}}}}",
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: $NAME, namespace: $NS}, spec: {rules: [{from: [{source: {namespaces: [$OTHER]}}]}]}}",
            "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: $NAME, namespace: $NS}, spec: {configPatches: [{applyTo: LISTENER}]}}",
            "{apiVersion: networking.istio.io/v1, kind: Portal, metadata: {name: $NAME, namespace: $NS}, spec: {a: b}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: $NAME, namespace: $NS}, spec: {gatewayClassName: istio-usergroup-3, listeners: [{name: a, hostname: shop.example.com, port: 80, protocol: HTTP, allowedRoutes: {namespaces: $ROUTES}}]}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: $NAME, namespace: $NS}, spec: {parentRefs: [{name: edge, namespace: $OTHER}], hostnames: $HTTPROUTENAMES, rules: [{backendRefs: [{name: httpbin, namespace: $OTHER, port: 80}]}]}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: $NAME, namespace: $NS}, spec: {rules: [{backendRefs: [{group: networking.istio.io, kind: Hostname, name: $ADDRESS, port: 80}]}]}}",
            "{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {name: $NAME, namespace: $NS}, spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: $OTHER}], to: [{group: \"\", kind: Service}]}}",
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: $NAME, namespace: $NS}, spec: {ingressClassName: istio-usergroup-3, rules: [{host: $HOST}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS, labels: {istio.io/rev: $REV}}, spec: {containers: [{name: a, image: a}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS, labels: {sidecar.istio.io/inject: $BOOL}}, spec: {containers: [{name: a, image: a}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS, annotations: {traffic.sidecar.istio.io/excludeInboundPorts: \"8080\"}}, spec: {hostNetwork: false, containers: [{name: a, image: a}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS}, spec: {containers: [{name: a, image: a}], volumes: [{name: t, projected: {sources: [{serviceAccountToken: {audience: $AUDIENCE, path: t}}]}}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS, annotations: {istio.io/rev: $REV, sidecar.istio.io/status: '{\"revision\": \"$REV\"}'}}, spec: {containers: [{name: a, image: a}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS, annotations: {proxy.istio.io/config: \"discoveryAddress: istiod-usergroup-2.usergroup-2.svc:15012\"}}, spec: {containers: [{name: a, image: a}]}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: $NAME, namespace: $NS}, spec: {containers: [{name: a, image: a}, {name: istio-proxy, image: mine, command: [sh]}]}}",
            "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: $NAME, namespace: $NS}, spec: {servers: [{port: {number: 443, name: a, protocol: TLS}, tls: {mode: $PASS}, hosts: [shop.example.com]}]}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: $NS}, data: {root-cert.pem: $ROOT}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-$GROUP, namespace: $GROUP}, data: {mesh: $MESH}}");

    /** Read once; a word stands where its value comes. */
    private static final List<JsonNode> TREES =
            TEMPLATES.stream().map(RandomObjects::tree).toList();

    private static final Map<String, List<JsonNode>> VALUES = values();

    private RandomObjects() {}

    /** Those of the meshes, as a ConfigMap has them. */
    private static List<String> roots() {
        try {
            return new ManifestReader(InputStream.nullInputStream())
                    .read(List.of(Path.of("test-fixtures/reachability/base.yaml"))).stream()
                            .map(manifest -> manifest.object().at("/data/root-cert.pem"))
                            .filter(JsonNode::isTextual)
                            .map(JsonNode::toString)
                            .toList();
        } catch (IOException | InvalidManifestException e) {
            throw new AssertionError(e);
        }
    }

    static ObjectNode any(Random random) {
        return (ObjectNode) filled(TREES.get(random.nextInt(TREES.size())), random);
    }

    private static JsonNode filled(JsonNode tree, Random random) {
        if (tree.isObject()) {
            ObjectNode object = YAML.createObjectNode();
            tree.properties().forEach(field -> object.set(field.getKey(), filled(field.getValue(), random)));
            return object;
        }
        if (tree.isArray()) {
            ArrayNode array = YAML.createArrayNode();
            tree.forEach(item -> array.add(filled(item, random)));
            return array;
        }
        String text = tree.asText();
        int word = text.indexOf('$');
        if (word < 0) {
            return tree;
        }
        Matcher matcher = WORD.matcher(text);
        if (matcher.matches()) {
            return any(matcher.group(1), random);
        }
        return TextNode.valueOf(matcher.reset()
                .replaceAll(inside ->
                        Matcher.quoteReplacement(any(inside.group(1), random).asText())));
    }

    private static JsonNode any(String word, Random random) {
        List<JsonNode> values = VALUES.getOrDefault(word, List.of());
        return values.get(random.nextInt(values.size()));
    }

    private static Map<String, List<JsonNode>> values() {
        Map<String, List<JsonNode>> values = new HashMap<>();
        WORDS.forEach((word, texts) ->
                values.put(word, texts.stream().map(RandomObjects::tree).toList()));
        return values;
    }

    private static JsonNode tree(String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
