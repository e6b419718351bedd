package dev.marchwarden.realcluster;

import java.util.Map;

/**
 * Which proxy it is, and the pod that it belongs to.
 *
 * @param router whether it is a gateway, else a sidecar
 */
record ProxyIdentity(
        String usergroup, String namespace, String pod, String address, boolean router, Map<String, String> labels) {
    @Override
    public String toString() {
        return pod + "." + namespace;
    }
}
