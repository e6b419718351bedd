package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.server.KeyedContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * What the API sees of an istiod: its root and the ConfigMaps with it, the certificate in the webhooks of its revision, its records of who leads,
 * its GatewayClasses; and it injects, at the addresses of its Services. It goes by its mesh configuration and its environment, as Istio's does.
 */
final class Istiod implements AutoCloseable {
    /** A request that came to it. */
    record Call(String revision, String path, String namespace, String kind) {}

    private static final Duration DAY = Duration.ofDays(1);
    private static final int WEBHOOK_PORT = 443;
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final List<String> WEBHOOKS =
            List.of("mutatingwebhookconfigurations", "validatingwebhookconfigurations");
    private static final String CLASSES = "/apis/gateway.networking.k8s.io/v1/gatewayclasses";

    private final ClusterApi api;
    private final String namespace;
    private final String revision;
    private final CertificateAuthority root;
    private final Consumer<Call> calls;
    private final Map<String, HttpsServer> servers = new HashMap<>();
    private final String its;
    private final Map<String, String> environment = new HashMap<>();
    private JsonNode mesh = MissingNode.getInstance();

    /** @param root of the mesh: all revisions have the same */
    Istiod(ClusterApi api, String namespace, String revision, CertificateAuthority root, Consumer<Call> calls) {
        this.api = api;
        this.namespace = namespace;
        this.revision = revision;
        this.root = root;
        this.calls = calls;
        this.its = "/api/v1/namespaces/" + namespace;
    }

    void look() throws IOException, InterruptedException {
        if (!mesh.has("trustDomain")) {
            start();
            return;
        }
        keepRoot();
        listen(mesh.path("trustDomain").asText());
        certify();
        lead();
        tellRoot(mesh.at("/discoverySelectors/0/matchLabels"));
        gatewayClasses();
    }

    /** What it starts with it keeps until it has ended, even if it is deleted meanwhile. */
    private void start() throws IOException, InterruptedException {
        api.get("/apis/apps/v1/namespaces/" + namespace + "/deployments/istiod-" + revision)
                .at("/spec/template/spec/containers/0/env")
                .forEach(one -> environment.put(
                        one.path("name").asText(), one.path("value").asText()));
        mesh = SidecarTemplate.YAML.readTree(
                api.get(its + "/configmaps/istio-" + revision).at("/data/mesh").asText("{}"));
    }

    private String rootPem() {
        return root.pair().chain();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private void keepRoot() throws IOException, InterruptedException {
        if (api.get(its + "/secrets/istio-ca-secret").isMissingNode()) {
            ObjectNode secret = object("v1", "Secret", "istio-ca-secret").put("type", "istio.io/ca-root");
            secret.putObject("data")
                    .put("ca-cert.pem", encoded(rootPem()))
                    .put("ca-key.pem", encoded(root.pair().key()))
                    .put("cert-chain.pem", "")
                    .put("key.pem", "")
                    .put("root-cert.pem", "");
            api.create(its + "/secrets", secret);
        }
    }

    private void certify() throws IOException, InterruptedException {
        for (String plural : WEBHOOKS) {
            String all = "/apis/admissionregistration.k8s.io/v1/" + plural;
            for (JsonNode configuration : api.list(all + "?labelSelector=istio.io%2Frev%3D" + revision)) {
                ArrayNode patch = ClusterApi.JSON.createArrayNode();
                patch.addObject()
                        .put("op", "test")
                        .put("path", "/metadata/resourceVersion")
                        .put(
                                "value",
                                configuration.at("/metadata/resourceVersion").asText());
                for (int i = 0; i < configuration.path("webhooks").size(); i++) {
                    String place = "/webhooks/" + i + "/clientConfig/caBundle";
                    if (!configuration.at(place).asText().equals(encoded(rootPem()))) {
                        patch.addObject().put("op", "add").put("path", place).put("value", encoded(rootPem()));
                    }
                }
                if (patch.size() > 1) {
                    api.patch(all + "/" + configuration.at("/metadata/name").asText(), "json", patch);
                }
            }
        }
    }

    private void lead() throws IOException, InterruptedException {
        for (String election : List.of("istio-leader", "istio-namespace-controller-election")) {
            if (api.get(its + "/configmaps/" + election).isMissingNode()) {
                ObjectNode record = object("v1", "ConfigMap", election);
                record.withObject("/metadata/annotations").put(LEADER, "{\"holderIdentity\":\"istiod\"}");
                api.create(its + "/configmaps", record);
            }
        }
        String leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        String lease = "istio-gateway-deployment-" + revision;
        if (api.get(leases + "/" + lease).isMissingNode()) {
            ObjectNode record = object("coordination.k8s.io/v1", "Lease", lease);
            record.putObject("spec").put("holderIdentity", "istiod").put("leaseDurationSeconds", 30);
            api.create(leases, record);
        }
    }

    private void tellRoot(JsonNode selector) throws IOException, InterruptedException {
        for (JsonNode one : api.list("/api/v1/namespaces")) {
            boolean selected = !selector.isEmpty()
                    && !one.path("metadata").has("deletionTimestamp")
                    && selector.properties().stream()
                            .allMatch(label -> one.at("/metadata/labels")
                                    .path(label.getKey())
                                    .equals(label.getValue()));
            String maps = "/api/v1/namespaces/" + one.at("/metadata/name").asText() + "/configmaps";
            if (selected) {
                ObjectNode map = ClusterApi.JSON.createObjectNode();
                map.put("apiVersion", "v1").put("kind", "ConfigMap");
                map.putObject("metadata")
                        .put("name", "istio-ca-root-cert")
                        .putObject("labels")
                        .put("istio.io/config", "true");
                map.putObject("data").put("root-cert.pem", rootPem());
                JsonNode there = api.get(maps + "/istio-ca-root-cert");
                if (there.isMissingNode()) {
                    api.create(maps, map);
                } else if (!there.path("data").equals(map.path("data"))) {
                    api.patch(maps + "/istio-ca-root-cert", "merge", map);
                }
            }
        }
    }

    /** Its own, and one that each istiod makes whatever it is told. */
    private void gatewayClasses() throws IOException, InterruptedException {
        if (api.get(CLASSES).isMissingNode()) {
            return;
        }
        Map<String, String> classes = new HashMap<>(Map.of("istio-remote", "istio.io/unmanaged-gateway"));
        classes.put(
                environment.getOrDefault("PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME", "istio"),
                environment.getOrDefault("PILOT_GATEWAY_API_CONTROLLER_NAME", "istio.io/gateway-controller"));
        for (Map.Entry<String, String> each : classes.entrySet()) {
            if (api.get(CLASSES + "/" + each.getKey()).isMissingNode()) {
                ObjectNode made = object("gateway.networking.k8s.io/v1", "GatewayClass", each.getKey());
                made.putObject("spec").put("controllerName", each.getValue());
                api.create(CLASSES, made);
            }
        }
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode made = ClusterApi.JSON.createObjectNode();
        made.put("apiVersion", apiVersion)
                .put("kind", kind)
                .putObject("metadata")
                .put("name", name);
        return made;
    }

    private void listen(String trustDomain) throws IOException, InterruptedException {
        for (JsonNode service : api.list(its + "/services")) {
            JsonNode selector = service.at("/spec/selector");
            String address = service.at("/spec/clusterIP").asText();
            if (selector.path("app").asText().equals("istiod")
                    && selector.path("istio.io/rev").asText().equals(revision)
                    && !servers.containsKey(address)) {
                String name = service.at("/metadata/name").asText();
                List<String> hosts = List.of(name + "." + namespace + ".svc");
                HttpsServer server = HttpsServer.create(new InetSocketAddress(address, WEBHOOK_PORT), 0);
                server.setHttpsConfigurator(new HttpsConfigurator(KeyedContext.of(root.issue(hosts, DAY))));
                server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
                SidecarTemplate template = new SidecarTemplate(revision, namespace, trustDomain);
                server.createContext("/", exchange -> answer(exchange, template));
                server.start();
                servers.put(address, server);
            }
        }
    }

    private void answer(HttpExchange exchange, SidecarTemplate template) throws IOException {
        try (exchange) {
            JsonNode request =
                    ClusterApi.JSON.readTree(exchange.getRequestBody()).path("request");
            String path = exchange.getRequestURI().getPath();
            calls.accept(new Call(
                    revision,
                    path,
                    request.path("namespace").asText(),
                    request.at("/kind/kind").asText()));
            ObjectNode review = ClusterApi.JSON.createObjectNode();
            review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
            ObjectNode response = review.putObject("response");
            response.put("uid", request.path("uid").asText()).put("allowed", true);
            if (path.startsWith("/inject")) {
                ObjectNode pod = (ObjectNode) request.path("object");
                pod.withObject("/metadata")
                        .put("namespace", request.path("namespace").asText());
                response.put("patchType", "JSONPatch")
                        .put("patch", encoded(template.patch(pod).toString()));
            }
            byte[] bytes = review.toString().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.stop(0));
    }
}
