package dev.marchwarden.reachability.model;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
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
        for (Part pod : objects.of("/Pod")) {
            if (!pod.at("spec.hostNetwork").node().asBoolean()) {
                put(pod, "status.podIP", "status.podIPs[].ip");
            }
        }
        objects.of("/Service").forEach(service -> put(service, "spec.clusterIP", "spec.clusterIPs[]"));
    }

    private void put(Part object, String... paths) {
        for (String path : paths) {
            object.each(path).forEach(address -> byAddress.put(address.text(), object.namespace()));
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
        String domain = tenancy.clusterDomain();
        for (String suffix : List.of(".svc." + domain, ".pod." + domain, ".svc.clusterset.local", ".svc")) {
            if (name.endsWith(suffix)) {
                String rest = name.substring(0, name.length() - suffix.length());
                String last = rest.substring(rest.lastIndexOf('.') + 1);
                return last.contains("*") ? SOMEWHERE : last;
            }
        }
        return ("." + name).endsWith("." + domain) ? SOMEWHERE : null;
    }
}
