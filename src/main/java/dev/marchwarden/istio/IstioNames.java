package dev.marchwarden.istio;

import java.util.Optional;
import java.util.Set;

/** Names that Istio gives to its own objects and containers. Source: istio {@code manifests/charts}, {@code pkg/kube/inject}. */
public final class IstioNames {
    /** Of the chart, deployments, services and the label {@code app}; with a revision, {@code istiod-REVISION}. */
    public static final String ISTIOD = "istiod";
    /** The container of a sidecar or a gateway. */
    public static final String PROXY_CONTAINER = "istio-proxy";
    /** The ConfigMap in every namespace that tells workloads their mesh's root certificate. */
    public static final String ROOT_CONFIG_MAP = "istio-ca-root-cert";
    /** The ConfigMap beside it with the certificates that were revoked. */
    public static final String REVOCATION_CONFIG_MAP = "istio-ca-crl";
    /** The labels of all ConfigMaps that istiod writes into namespaces, as a selector. */
    public static final String CONFIG_SELECTOR = "istio.io/config=true";
    /** The Secret with the key of an authority that istiod made itself (pilot/pkg/bootstrap/istio_ca.go). */
    public static final String CA_SECRET = "istio-ca-secret";
    /** The Secret with the key of an authority that was brought along. */
    public static final String BROUGHT_CA_SECRET = "cacerts";
    /** The audience of the tokens that istiod takes (pilot/pkg/features, {@code TOKEN_AUDIENCES}). */
    public static final String TOKEN_AUDIENCE = "istio-ca";
    /** The label of what istiod itself deploys for a Gateway of the Gateway API (files/kube-gateway.yaml). */
    public static final String MANAGED_GATEWAY = "gateway.istio.io/managed";
    /** Selects the pods and deployments of every istiod. */
    public static final String ISTIOD_SELECTOR = "app=" + ISTIOD;
    /** The GatewayClasses that every istiod makes besides its own (pilot/pkg/config/kube/gatewaycommon). */
    public static final Set<String> SHARED_GATEWAY_CLASSES = Set.of(
            "istio-remote", "istio-waypoint", "istio-east-west", "istio-agentgateway", "istio-agentgateway-waypoint");
    /** The DaemonSets of ambient mode and of the CNI plugin. */
    public static final Set<String> AMBIENT_AGENTS = Set.of("ztunnel", "istio-cni-node", "istio-cni");
    /** The user and the group that a proxy runs as (pkg/kube/inject, DefaultSidecarProxyUID). */
    public static final long PROXY_ID = 1337;
    /** Ports of the agent, of Envoy's health and of its metrics, which are never captured. */
    public static final Set<String> AGENT_PORTS = Set.of("15020", "15021", "15090");

    private static final String DEFAULT_REVISION = "default";
    private static final String ISTIOD_PREFIX = ISTIOD + "-";

    private IstioNames() {}

    /** The Service, Deployment, ServiceAccount and release of the istiod of a revision. */
    public static String istiod(String revision) {
        return ISTIOD_PREFIX + revision;
    }

    /** The revision whose istiod has that name; empty for no such name. */
    public static Optional<String> revisionOf(String istiod) {
        return istiod.startsWith(ISTIOD_PREFIX)
                ? Optional.of(istiod.substring(ISTIOD_PREFIX.length()))
                : Optional.empty();
    }

    /** Selects the pods and deployments of the istiod of a revision. */
    public static String istiodSelector(String revision) {
        return ISTIOD_SELECTOR + "," + MeshLabels.REVISION + "=" + revision;
    }

    /** The ConfigMap that the istiod of a revision reads its mesh configuration from (istio-discovery/templates/configmap.yaml). */
    public static String meshConfigMap(String revision) {
        return revision.isEmpty() || revision.equals(DEFAULT_REVISION) ? "istio" : "istio-" + revision;
    }
}
