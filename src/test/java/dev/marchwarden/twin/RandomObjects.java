package dev.marchwarden.twin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Configuration and workloads with the fields that the twin looks at, for usergroups red, blue and sealed. */
public final class RandomObjects {
    /** API version and kind; those that rules say more about are there more often. */
    public static final List<String> KINDS = List.of(
            "security.istio.io/v1 PeerAuthentication",
            "security.istio.io/v1 PeerAuthentication",
            "security.istio.io/v1 PeerAuthentication",
            "networking.istio.io/v1 Sidecar",
            "networking.istio.io/v1 ServiceEntry",
            "networking.istio.io/v1 ServiceEntry",
            "gateway.networking.k8s.io/v1 Gateway",
            "apps/v1 StatefulSet",
            "v1 ReplicationController",
            "networking.istio.io/v1 Gateway",
            "gateway.networking.k8s.io/v1 Gateway",
            "networking.istio.io/v1alpha3 EnvoyFilter",
            "extensions.istio.io/v1alpha1 WasmPlugin",
            "extensions.istio.io/v1alpha1 TrafficExtension",
            "networking.istio.io/v1beta1 ProxyConfig",
            "v1 Pod",
            "v1 Pod",
            "apps/v1 Deployment",
            "batch/v1 CronJob");

    private static final List<String> REVISIONS =
            List.of("", "red-1", "red-2", "red-stable", "blue", "sealed", "nobodys");
    private static final List<String> MODES = List.of("", "STRICT", "UNSET", "PERMISSIVE", "DISABLE");
    /** Labels and annotations of pods, with values that the rules take in different ways. */
    private static final List<String> PORTS =
            List.of("", "15020", "0, 15021,15090", "8080", "15020,80", " ", "a,", "\u00a015020", "\u200315020");

    private static final Map<String, List<String>> ANNOTATIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("sidecar.istio.io/inject", List.of("false", "true", "", "False")),
            Map.entry("traffic.sidecar.istio.io/includeInboundPorts", List.of("*", "", " * ", "80", "\u00a0*")),
            Map.entry("traffic.sidecar.istio.io/includeOutboundIPRanges", List.of("*", "10.0.0.0/8")),
            Map.entry("traffic.sidecar.istio.io/excludeInboundPorts", PORTS),
            Map.entry("traffic.sidecar.istio.io/excludeOutboundPorts", PORTS),
            Map.entry("traffic.sidecar.istio.io/excludeOutboundIPRanges", List.of("", "0.0.0.0/0", "a\"b", "a\nb")),
            Map.entry("traffic.sidecar.istio.io/excludeInterfaces", List.of("eth0", "x".repeat(81))),
            Map.entry("traffic.sidecar.istio.io/kubevirtInterfaces", List.of("net1", "y".repeat(17_000))),
            Map.entry("istio.io/reroute-virtual-interfaces", List.of("net1", "")),
            Map.entry("status.sidecar.istio.io/port", List.of("15020", "8080")),
            Map.entry("istio.io/rev", List.of("red-1", "blue", "red-stable", "", "nobodys")),
            Map.entry(
                    "inject.istio.io/templates", List.of("sidecar", "spire, gateway ", "grpc-simple", "", "sidecars")),
            Map.entry("sidecar.istio.io/bootstrapOverride", List.of("", "own")),
            Map.entry("sidecar.istio.io/discoveryAddress", List.of("istiod.blue.svc:15012")),
            Map.entry("sidecar.istio.io/proxyImage", List.of("own")),
            Map.entry("sidecar.istio.io/interceptionMode", List.of("NONE", "NONE ", "none", "TPROXY", "NONE\u2007"))));
    private static final Map<String, List<String>> LABELS = new TreeMap<>(Map.of(
            "sidecar.istio.io/inject", List.of("false", "true", ""),
            "security.istio.io/tlsMode", List.of("istio", "disabled", ""),
            "istio.io/dataplane-mode", List.of("none", "ambient", ""),
            "gateway.istio.io/managed", List.of("istio.io-gateway-controller")));

    private static final List<String> CLASSES =
            List.of("istio", "red", "blue", "sealed", "istio-red", "istio-blue", "istio-sealed", "");

    private RandomObjects() {}

    /** One of a kind, as {@link #KINDS} has them. An API server may find something missing in it. */
    public static ObjectNode object(String kind, String namespace, Random random) {
        String[] typed = kind.split(" ");
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", typed[0]).put("kind", typed[1]);
        object.putObject("metadata").put("name", "it").put("namespace", namespace);
        ObjectNode spec = object.putObject("spec");
        ObjectNode labelled = switch (typed[1]) {
            case "Deployment", "StatefulSet", "ReplicationController" -> spec.putObject("template");
            case "CronJob" -> spec.putObject("jobTemplate").putObject("spec").putObject("template");
            default -> object;
        };
        String revision = one(REVISIONS, random);
        if (!revision.isEmpty() || random.nextInt(20) == 0) {
            labelled.withObjectProperty("metadata").withObjectProperty("labels").put("istio.io/rev", revision);
        }
        switch (typed[1]) {
            case "Pod", "Deployment", "StatefulSet", "ReplicationController", "CronJob" -> pod(labelled, random);
            case "ServiceEntry" -> exports(spec, random);
            case "Gateway" -> {
                if (typed[0].startsWith("gateway.") && random.nextInt(4) > 0) {
                    spec.put("gatewayClassName", one(CLASSES, random));
                }
            }
            case "EnvoyFilter" -> patches(spec, random);
            case "WasmPlugin" -> code(spec, "url", random);
            case "TrafficExtension" ->
                code(
                        spec.putObject(random.nextBoolean() ? "lua" : "wasm"),
                        one(List.of("inlineCode", "url"), random),
                        random);
            case "ProxyConfig" -> {
                if (random.nextBoolean()) {
                    code(spec.putObject("environmentVariables"), one(List.of("CA_ADDR", "OTHER"), random), random);
                }
            }
            default -> {}
        }
        if (typed[1].equals("PeerAuthentication")) {
            mode(spec, "mtls", random);
            if (random.nextInt(3) == 0) {
                mode(spec.putObject("portLevelMtls"), one(List.of("80", "8080"), random), random);
            }
            if (random.nextInt(2) == 0) {
                spec.putObject("selector").putObject("matchLabels").put("app", "a");
            } else if (random.nextInt(4) == 0) {
                spec.putObject("selector").putObject("matchLabels");
            }
        }
        return object;
    }

    /** Some of the labels, annotations and fields that rules look at. */
    private static void pod(ObjectNode pod, Random random) {
        ObjectNode metadata = pod.withObjectProperty("metadata");
        for (int i = random.nextInt(3); i > 0; i--) {
            String key = one(List.copyOf(ANNOTATIONS.keySet()), random);
            metadata.withObjectProperty("annotations")
                    .put(key, one(Objects.requireNonNull(ANNOTATIONS.get(key)), random));
        }
        if (random.nextInt(3) == 0) {
            String key = one(List.copyOf(LABELS.keySet()), random);
            metadata.withObjectProperty("labels").put(key, one(Objects.requireNonNull(LABELS.get(key)), random));
        }
        ObjectNode spec = pod.withObjectProperty("spec");
        if (random.nextInt(4) == 0) {
            spec.put("hostNetwork", random.nextBoolean());
        }
        if (random.nextInt(6) == 0) {
            spec.putObject("securityContext")
                    .put(random.nextBoolean() ? "runAsUser" : "runAsGroup", random.nextBoolean() ? 1337 : 1000);
        }
        spec.putArray("containers").addObject().put("name", random.nextInt(4) == 0 ? "istio-proxy" : "app");
    }

    /** At most one is foreign: of several the twin names the first. */
    private static void exports(ObjectNode spec, Random random) {
        if (random.nextInt(4) == 0) {
            return;
        }
        ArrayNode exports = spec.putArray("exportTo");
        for (String own : List.of(".", "~")) {
            if (random.nextInt(4) == 0) {
                exports.add(own);
            }
        }
        if (random.nextInt(3) > 0) {
            exports.add(one(List.of("red-system", "blue", "sealed-system", "*", "loose", "red-app"), random));
        }
    }

    private static void patches(ObjectNode spec, Random random) {
        if (random.nextInt(4) == 0) {
            return;
        }
        ArrayNode patches = spec.putArray("configPatches");
        for (int i = random.nextInt(3); i > 0; i--) {
            patches.addObject()
                    .put("applyTo", one(List.of("HTTP_FILTER", "CLUSTER"), random))
                    .putObject("patch")
                    .put("operation", one(List.of("REMOVE", "MERGE"), random));
        }
    }

    private static void code(ObjectNode parent, String field, Random random) {
        if (random.nextInt(4) > 0) {
            parent.put(field, one(List.of("one", "other", ""), random));
        }
    }

    private static void mode(ObjectNode parent, String field, Random random) {
        String mode = one(MODES, random);
        if (!mode.isEmpty()) {
            parent.putObject(field).put("mode", mode);
        } else if (random.nextInt(4) == 0) {
            parent.putObject(field);
        }
    }

    public static <T> T one(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    /** The same with what an API server asks for besides; null where it could not be taken. */
    public static @Nullable ObjectNode complete(ObjectNode object) {
        return switch (object.path("kind").asText()) {
            case "PeerAuthentication", "Sidecar", "EnvoyFilter" -> object;
            case "Pod" -> {
                containers(object.withObjectProperty("spec"));
                yield object;
            }
            case "Deployment", "StatefulSet" -> {
                ObjectNode spec = object.withObjectProperty("spec");
                spec.put("replicas", 0)
                        .putObject("selector")
                        .putObject("matchLabels")
                        .put("app", "a");
                ObjectNode template = spec.withObjectProperty("template");
                template.withObjectProperty("metadata")
                        .withObjectProperty("labels")
                        .put("app", "a");
                containers(template.withObjectProperty("spec"));
                yield object;
            }
            default -> null;
        };
    }

    private static void containers(ObjectNode spec) {
        spec.path("containers").forEach(container -> ((ObjectNode) container).put("image", "a"));
    }
}
