package dev.marchwarden.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What configuration in the model can say: for each kind the fields, and for each field the values that are tried. */
final class ConfigVocabulary {
    private static final List<String> HOSTS = List.of(
            "web",
            "web.app-1.svc.cluster.local",
            "web.app-2.svc.cluster.local",
            "WEB.App-3.SVC.cluster.local.",
            "web.app-4",
            "web.nowhere.svc",
            "istiod.system-2.svc.cluster.local",
            "*.local",
            "*.app-3.svc.cluster.local",
            "api.example.com");
    private static final List<String> NAMESPACES =
            List.of("app-1", "app-2", "app-3", "app-4", "plain", "nowhere", "system-1", "system-2");
    private static final List<String> EXPORTS = List.of(".", "*", "app-1", "app-3", "nowhere");

    private static final Map<String, Map<String, List<String>>> KINDS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "VirtualService",
                    Map.of(
                            "hosts", HOSTS,
                            "destination", HOSTS,
                            "exportTo", EXPORTS,
                            "gateway", List.of("mesh", "edge", "app-3/edge", "edge.app-1"))),
            Map.entry(
                    "DestinationRule",
                    Map.of("host", HOSTS, "mode", List.of("ISTIO_MUTUAL", "DISABLE", "SIMPLE"), "exportTo", EXPORTS)),
            Map.entry(
                    "ServiceEntry",
                    Map.of(
                            "hosts", List.of("api.example.com", "web.app-3.svc.cluster.local"),
                            "address",
                                    List.of("192.0.2.1", "10.20.0.7", "web.app-4.svc.cluster.local", "www.example.com"),
                            "exportTo", EXPORTS)),
            Map.entry("PeerAuthentication", Map.of("mode", List.of("STRICT", "UNSET", "PERMISSIVE", "DISABLE"))),
            Map.entry(
                    "AuthorizationPolicy",
                    Map.of("action", List.of("ALLOW", "DENY"), "from", NAMESPACES, "dryRun", List.of("true", "false"))),
            Map.entry("EnvoyFilter", Map.of("patch", List.of("CLUSTER", "LISTENER"))),
            Map.entry(
                    "Gateway",
                    Map.of("host", List.of("shop.example.com", "./shop.example.com", "*/shop.example.com", "app-3/*"))),
            Map.entry("Service", Map.of("externalName", HOSTS, "address", List.of("192.0.2.1", "10.20.0.7"))),
            Map.entry("Pod", Map.of("token", List.of("istio-ca", "vault"))),
            Map.entry("Telemetry", Map.of()),
            Map.entry("Unheard", Map.of())));
    private static final List<String> REVISIONS =
            List.of("usergroup-1", "usergroup-1-canary", "usergroup-1-stable", "usergroup-2", "other");

    private ConfigVocabulary() {}

    /** Any object; most fields are set, and now and then a revision. */
    static ConfigItem anyItem(Random random) {
        String kind = one(List.copyOf(KINDS.keySet()), random);
        Map<String, String> fields = new HashMap<>();
        new TreeMap<>(KINDS.getOrDefault(kind, Map.of())).forEach((field, values) -> {
            if (random.nextInt(4) > 0) {
                fields.put(field, one(values, random));
            }
        });
        if (random.nextInt(8) == 0) {
            fields.put("rev", one(REVISIONS, random));
        }
        List<String> existing =
                NAMESPACES.stream().filter(name -> !name.equals("nowhere")).toList();
        return new ConfigItem(kind, one(existing, random), random.nextBoolean() ? "a" : "b", fields);
    }

    static <T> T one(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
