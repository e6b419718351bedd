package dev.marchwarden.verification;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.verification.ConnectedProxy.TypeState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads what {@code /debug/syncz} of an istiod says (istio: pilot/pkg/xds/debug.go, SyncStatus). Of five types it tells in fields of their own;
 * from 1.26 or so on, in {@code resources}, of whatever each proxy has subscribed to.
 */
final class SyncStatusReader {
    private static final String ENVOY = "type.googleapis.com/envoy.config.";

    private record Type(String name, String field, String url) {}

    private static final List<Type> TYPES = List.of(
            new Type("CDS", "cluster", ENVOY + "cluster.v3.Cluster"),
            new Type("LDS", "listener", ENVOY + "listener.v3.Listener"),
            new Type("EDS", "endpoint", ENVOY + "endpoint.v3.ClusterLoadAssignment"),
            new Type("RDS", "route", ENVOY + "route.v3.RouteConfiguration"),
            new Type("ECDS", "extensionconfig", ENVOY + "core.v3.TypedExtensionConfig"));

    private SyncStatusReader() {}

    static List<ConnectedProxy> read(String json, NamespacedName istiod) throws IOException {
        JsonNode told;
        try {
            told = JsonTrees.MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IOException("its list of proxies is no JSON", e);
        }
        if (!told.isArray()) {
            throw new IOException("its list of proxies is no JSON array");
        }
        List<ConnectedProxy> proxies = new ArrayList<>();
        for (JsonNode each : told) {
            String proxy = each.path("proxy").asText();
            if (proxy.isEmpty()) {
                throw new IOException("its list has a proxy without a name");
            }
            JsonNode resources = each.path("resources");
            proxies.add(new ConnectedProxy(
                    proxy,
                    each.path("cluster_id").asText(),
                    istiod,
                    each.path("istio_version").asText(),
                    resources.isObject() ? subscribed(resources) : known(each),
                    error(resources)));
        }
        return proxies;
    }

    /** An older one does not say what is subscribed to, only what was sent. */
    private static Map<String, TypeState> known(JsonNode proxy) {
        Map<String, TypeState> types = new LinkedHashMap<>();
        for (Type type : TYPES) {
            String sent = proxy.path(type.field() + "_sent").asText();
            types.put(
                    type.name(), state(sent, proxy.path(type.field() + "_acked").asText(), ""));
        }
        return types;
    }

    private static Map<String, TypeState> subscribed(JsonNode resources) {
        Map<String, TypeState> types = new LinkedHashMap<>();
        Map<String, TypeState> others = new TreeMap<>();
        TYPES.forEach(type -> {
            if (resources.has(type.url())) {
                types.put(type.name(), state(resources.path(type.url())));
            }
        });
        resources.properties().forEach(each -> {
            if (TYPES.stream().noneMatch(type -> type.url().equals(each.getKey()))) {
                String name = each.getKey();
                others.put(name.substring(name.lastIndexOf('.') + 1), state(each.getValue()));
            }
        });
        types.putAll(others);
        return types;
    }

    private static TypeState state(JsonNode resource) {
        return state(
                resource.path("sent").asText(),
                resource.path("acked").asText(),
                resource.path("lastError").asText());
    }

    /** As istiod itself sums it up (istio: pilot/pkg/xds/statusgen.go, debugSyncStatus). */
    private static TypeState state(String sent, String acked, String error) {
        if (!error.isEmpty()) {
            return TypeState.ERROR;
        }
        if (sent.isEmpty()) {
            return TypeState.NOT_SENT;
        }
        return acked.equals(sent) ? TypeState.SYNCED : TypeState.STALE;
    }

    /** In one line: Envoy ends its word on each listener with a line break. */
    private static String error(JsonNode resources) {
        return resources
                .valueStream()
                .map(each ->
                        each.path("lastError").asText().replaceAll("\\s+", " ").strip())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
    }
}
