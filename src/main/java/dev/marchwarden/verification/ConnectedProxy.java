package dev.marchwarden.verification;

import dev.marchwarden.cluster.NamespacedName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A row of the table of proxies: one that an istiod has connected, as {@code istioctl proxy-status} shows it.
 *
 * @param proxy its pod's name and namespace, with a dot between
 * @param cluster as the proxy says
 * @param istiod the pod that was asked
 * @param version the proxy's
 * @param types what it has subscribed to, CDS, LDS, EDS, RDS and ECDS first
 * @param error why it took none of what was sent; empty where it did
 */
public record ConnectedProxy(
        String proxy,
        String cluster,
        NamespacedName istiod,
        String version,
        Map<String, TypeState> types,
        String error) {

    /** How far the configuration of a type is. */
    public enum TypeState {
        SYNCED,
        /** Sent, and not acknowledged so far. */
        STALE,
        /** There was nothing to send. */
        NOT_SENT,
        /** Sent, and rejected by the proxy. */
        ERROR
    }

    public ConnectedProxy {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** No namespace has a dot in its name; pods may. */
    public String namespace() {
        return proxy.substring(proxy.lastIndexOf('.') + 1);
    }

    /** Those of a state. */
    String types(TypeState state) {
        return String.join(
                ", ",
                types.entrySet().stream()
                        .filter(each -> each.getValue() == state)
                        .map(Map.Entry::getKey)
                        .toList());
    }
}
