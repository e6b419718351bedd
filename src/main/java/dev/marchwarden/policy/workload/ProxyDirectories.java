package dev.marchwarden.policy.workload;

import java.util.List;

/** The directories whose files the agent trusts, or which are the agent; somebody else's files there would be somebody else's proxy. */
final class ProxyDirectories {
    private static final List<String> OF_THE_PROXY = List.of(
            "/etc/istio",
            "/usr/local/bin",
            "/var/lib/istio",
            "/var/run/secrets/credential-uds",
            "/var/run/secrets/istio",
            "/var/run/secrets/tokens",
            "/var/run/secrets/workload-spiffe-credentials",
            "/var/run/secrets/workload-spiffe-uds");

    /** Where Istio's gateways have the certificates of their servers; nothing else is read from there. */
    private static final List<String> OF_GATEWAY_CERTIFICATES = List.of(
            "/etc/istio/egressgateway-ca-certs",
            "/etc/istio/egressgateway-certs",
            "/etc/istio/ingressgateway-ca-certs",
            "/etc/istio/ingressgateway-certs");

    private ProxyDirectories() {}

    /** Whether a directory has one of the proxy's in it, or is in one. */
    static boolean cover(String mountPath) {
        String directory = (mountPath + "/").replaceAll("/+", "/");
        String full = directory.startsWith("/run/") ? "/var" + directory : directory;
        if (directory.contains("/../") || directory.contains("/./")) {
            return true;
        }
        return OF_GATEWAY_CERTIFICATES.stream().noneMatch(own -> full.startsWith(own + "/"))
                && OF_THE_PROXY.stream()
                        .map(own -> own + "/")
                        .anyMatch(own -> own.startsWith(full) || full.startsWith(own));
    }
}
