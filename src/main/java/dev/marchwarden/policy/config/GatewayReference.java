package dev.marchwarden.policy.config;

import org.jspecify.annotations.Nullable;

/** How a VirtualService names a gateway (pilot/pkg/model/config.go L245-272). */
final class GatewayReference {
    private GatewayReference() {}

    /** The namespace in a reference; null where it is the own one, or where the mesh is meant. */
    static @Nullable String namespace(String gateway) {
        int slash = gateway.indexOf('/');
        if (slash >= 0) {
            String namespace = gateway.substring(0, slash);
            return namespace.equals(".") ? null : namespace;
        }
        int dot = gateway.indexOf('.');
        if (dot < 0) {
            return null;
        }
        int end = gateway.indexOf('.', dot + 1);
        return gateway.substring(dot + 1, end < 0 ? gateway.length() : end);
    }
}
