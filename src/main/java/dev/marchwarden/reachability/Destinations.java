package dev.marchwarden.reachability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.address.AddressRange;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.Tenancy;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a host or an address leads: the namespace of a Service, of a pod, or somewhere that is not known. */
final class Destinations {
    /** Stands for all namespaces, for what is not known to be none. */
    static final String SOMEWHERE = "*";

    private final Tenancy tenancy;
    private final Map<String, String> byAddress = new HashMap<>();

    Destinations(Tenancy tenancy, ClusterObjects objects) {
        this.tenancy = tenancy;
        for (Manifest pod : objects.of("/Pod")) {
            boolean own = !pod.object().at("/spec/hostNetwork").asBoolean();
            put(own ? pod.object().at("/status/podIP") : pod.object().path("none"), objects.namespace(pod));
            pod.object()
                    .at("/status/podIPs")
                    .forEach(ip -> put(own ? ip.path("ip") : ip.path("none"), objects.namespace(pod)));
        }
        for (Manifest service : objects.of("/Service")) {
            put(service.object().at("/spec/clusterIP"), objects.namespace(service));
            service.object().at("/spec/clusterIPs").forEach(ip -> put(ip, objects.namespace(service)));
        }
    }

    private void put(JsonNode address, String namespace) {
        if (!address.asText().isEmpty() && !address.asText().equals("None")) {
            byAddress.put(address.asText(), namespace);
        }
    }

    /**
     * As a resolver takes it: {@code x.NS.svc.DOMAIN} is in NS, and so are the short forms that a pod's search path completes
     * (pilot/pkg/model/config.go ResolveShortnameToFQDN leaves what has a dot as it is).
     *
     * @return null for outside the cluster, or nowhere
     */
    @Nullable
    String namespaceOf(String host, String own) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("\\.+$", "");
        String known = byAddress.get(name);
        if (known != null) {
            return known;
        }
        AddressRange range = AddressRange.parse(name);
        if (range != null) {
            return tenancy.isInCluster(range) ? SOMEWHERE : null;
        }
        if (!name.contains(".")) {
            return own;
        }
        for (String suffix : List.of(
                ".svc." + tenancy.clusterDomain(),
                ".pod." + tenancy.clusterDomain(),
                ".svc.clusterset.local",
                ".svc")) {
            if (name.endsWith(suffix)) {
                String rest = name.substring(0, name.length() - suffix.length());
                String last = rest.substring(rest.lastIndexOf('.') + 1);
                return last.contains("*") ? SOMEWHERE : last;
            }
        }
        return ("." + name).endsWith("." + tenancy.clusterDomain()) ? SOMEWHERE : null;
    }
}
