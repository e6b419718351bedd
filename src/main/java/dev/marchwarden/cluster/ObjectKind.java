package dev.marchwarden.cluster;

import java.util.List;

/**
 * A kind of objects, and where the API has them.
 *
 * @param apiVersion {@code v1}, or {@code GROUP/VERSION}
 * @param plural in paths
 * @param namespaced whether its objects are in namespaces
 */
public record ObjectKind(String apiVersion, String kind, String plural, boolean namespaced) {
    public static final ObjectKind NAMESPACE = cluster("v1", "Namespace", "namespaces");
    public static final ObjectKind POD = of("v1", "Pod", "pods");
    public static final ObjectKind SECRET = of("v1", "Secret", "secrets");
    public static final ObjectKind CONFIG_MAP = of("v1", "ConfigMap", "configmaps");
    public static final ObjectKind SERVICE = of("v1", "Service", "services");
    public static final ObjectKind DEPLOYMENT = of("apps/v1", "Deployment", "deployments");
    public static final ObjectKind STATEFUL_SET = of("apps/v1", "StatefulSet", "statefulsets");
    public static final ObjectKind DAEMON_SET = of("apps/v1", "DaemonSet", "daemonsets");
    public static final ObjectKind ENDPOINT_SLICE = of("discovery.k8s.io/v1", "EndpointSlice", "endpointslices");
    public static final ObjectKind LEASE = of("coordination.k8s.io/v1", "Lease", "leases");
    public static final ObjectKind NETWORK_POLICY = of("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies");
    public static final ObjectKind CLUSTER_ROLE =
            cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles");
    public static final ObjectKind CRD =
            cluster("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
    public static final ObjectKind MUTATING =
            cluster("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations");
    public static final ObjectKind VALIDATING = cluster(
            "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
    public static final ObjectKind PEER_AUTHENTICATION =
            of("security.istio.io/v1", "PeerAuthentication", "peerauthentications");
    public static final ObjectKind AUTHORIZATION_POLICY =
            of("security.istio.io/v1", "AuthorizationPolicy", "authorizationpolicies");
    public static final ObjectKind SERVICE_ENTRY = of("networking.istio.io/v1", "ServiceEntry", "serviceentries");
    public static final ObjectKind GATEWAY = of("gateway.networking.k8s.io/v1", "Gateway", "gateways");
    public static final ObjectKind GATEWAY_CLASS =
            cluster("gateway.networking.k8s.io/v1", "GatewayClass", "gatewayclasses");

    private static final List<ObjectKind> ALL = List.of(
            NAMESPACE,
            POD,
            SECRET,
            CONFIG_MAP,
            SERVICE,
            DEPLOYMENT,
            STATEFUL_SET,
            DAEMON_SET,
            ENDPOINT_SLICE,
            LEASE,
            NETWORK_POLICY,
            CLUSTER_ROLE,
            CRD,
            MUTATING,
            VALIDATING,
            PEER_AUTHENTICATION,
            AUTHORIZATION_POLICY,
            SERVICE_ENTRY,
            GATEWAY,
            GATEWAY_CLASS);

    /** @throws IllegalArgumentException for one that is none of these */
    public static ObjectKind named(String apiVersion, String kind) {
        return ALL.stream()
                .filter(one -> one.apiVersion.equals(apiVersion) && one.kind.equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no path is known for " + apiVersion + " " + kind));
    }

    private static ObjectKind of(String apiVersion, String kind, String plural) {
        return new ObjectKind(apiVersion, kind, plural, true);
    }

    private static ObjectKind cluster(String apiVersion, String kind, String plural) {
        return new ObjectKind(apiVersion, kind, plural, false);
    }

    /** Empty for the core group. */
    public String group() {
        return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    }

    /** @param namespace empty for all */
    String collection(String namespace) {
        return (group().isEmpty() ? "/api/" : "/apis/")
                + apiVersion
                + (namespace.isEmpty() ? "/" : "/namespaces/" + namespace + "/")
                + plural;
    }
}
